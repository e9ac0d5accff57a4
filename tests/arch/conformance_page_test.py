# SPDX-License-Identifier: Apache-2.0
"""conformance_page.py on a small tree whose page is true, and on pages that are not."""
import pathlib
import tempfile
import unittest

import conformance_page as page

SOUND = {
    page.PAGE: "| SEC-AR-01 | we do | `Login.Begins`, golden |\n| SEC-AR-02, -03 | we do | `starts: nothing repeats` |\n"
               "| SEC-AR-04 | not applicable: nothing of it is here | |\n",
    "tests/unit/login_test.cpp": "TEST_F(Login,\n       Begins) {  // SEC-AR-01\n",
    "tests/integration/starts.test.mjs": "// SEC-AR-02, -03\ntest('nothing repeats', ...);\n// never: a title\n",
    page.GOLDEN: '{"cases": [{"row": "SEC-AR-01"}]}',
}


class ConformancePage(unittest.TestCase):
    def findings(self, **changed):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in {**SOUND, **changed.get("files", {})}.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text, encoding="utf-8")
            return list(page.findings(root))

    def with_page(self, old, new):
        self.assertIn(old, SOUND[page.PAGE])
        return self.findings(files={page.PAGE: SOUND[page.PAGE].replace(old, new)})

    def expect_one(self, found, words):
        self.assertEqual(len(found), 1, found)
        self.assertIn(words, found[0])

    def test_accepts_a_true_page(self):
        self.assertEqual(self.findings(), [])

    def test_notices_a_case_that_is_not_there(self):
        self.expect_one(self.with_page("Login.Begins", "Login.Ends"), "`Login.Ends`: no such test")

    def test_notices_a_file_and_a_title_that_are_not_there(self):
        self.expect_one(self.with_page("starts:", "begins:"), "no such file")
        self.expect_one(self.with_page("nothing repeats", "all repeats"), "no test of that file says so")
        self.expect_one(self.with_page("nothing repeats", "never: a title"), "no test of that file says so")

    def test_notices_a_row_of_a_test_that_is_not_on_the_page(self):
        for text in ("// SEC-ZZ-09\n", "// SEC-AR-03, -09\n", "// SEC-AR-04 to -09\n"):
            found = self.findings(files={"tests/unit/more_test.cpp": text})
            self.assertTrue(any("-09 is not on" in line for line in found), found)

    def test_notices_a_row_that_stands_there_twice(self):
        self.expect_one(self.with_page("SEC-AR-04", "SEC-AR-03"), "SEC-AR-03 stands on line 2 already")

    def test_notices_a_row_without_test_or_reason(self):
        self.expect_one(self.with_page("not applicable: nothing of it is here", "we do"), "no test, and no reason why")

    def test_notices_a_golden_token_that_is_not_there(self):
        self.expect_one(self.findings(files={page.GOLDEN: '{"cases": []}'}), "no golden token")

    def test_writes_shortened_rows_out(self):
        self.assertEqual(page.rows_in("SEC-AB-01, -03 to -05, -07 and SEC-CD-02"),
                         {"SEC-AB-01", "SEC-AB-03", "SEC-AB-04", "SEC-AB-05", "SEC-AB-07", "SEC-CD-02"})


if __name__ == "__main__":
    unittest.main()
