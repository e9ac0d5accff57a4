# SPDX-License-Identifier: Apache-2.0
"""public_headers.py accepts a sound header and refuses the two kinds of bad ones. CXX names the compiler."""
import os
import pathlib
import tempfile
import unittest

import public_headers

COMPILER = os.environ["CXX"]


class PublicHeaders(unittest.TestCase):
    def problems(self, text):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "thing.h").write_text(text, encoding="utf-8")
            return public_headers.check(COMPILER, [folder])[1]

    def test_accepts_a_sound_header(self):
        self.assertEqual(self.problems("#pragma once\n#include <string>\nstruct Thing { std::string name; };\n"), [])

    def test_refuses_a_header_that_needs_another_one(self):
        found = self.problems("#pragma once\nstruct Thing { std::string name; };\n")
        self.assertEqual(len(found), 1)
        self.assertIn("alone", found[0])

    def test_refuses_a_header_without_guard(self):
        self.assertTrue(self.problems("struct Thing {};\n"))

    def test_refuses_a_name_that_a_macro_takes_away(self):
        found = self.problems("#pragma once\nenum class Level { ERROR };\n")
        self.assertEqual(len(found), 1)
        self.assertIn("hostile", found[0])


if __name__ == "__main__":
    unittest.main()
