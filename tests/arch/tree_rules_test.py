# SPDX-License-Identifier: Apache-2.0
"""Each rule of tree_rules.py on a small tree that keeps it, and on one that breaks it."""
import pathlib
import unittest

import tree_rules as rules

LICENCE = "// SPDX-License-Identifier: Apache-2.0\n"
SOUND = {
    "front/include/sso/front/server.h": "#include <Poco/Net/ServerSocket.h>\n",
    "front/src/server.cpp": '#include "sso/front/server.h"\n',
    "sso/include/sso/error.h": "",
    "sso/include/sso/storage.h": '#include "sso/error.h"\n',
    "sso/base/url.h": "",
    "sso/oidc/jwks.h": '#include "base/url.h"\n',
    "sso/login/flow.cpp": '#include "oidc/jwks.h"\n#include "sso/storage.h"\n',
    "sso/http/handler.cpp": '#include "login/flow.h"\n#include <Poco/URI.h>\n',
    "sso/mail/sender.h": '#include "http/deadline.h"\n#include <Poco/Exception.h>\n',
    "sso/http/deadline.h": "",
    "sso/login/flow.h": "",
    "sso/sources.cmake": "flow.cpp handler.cpp store.cpp user_store.cpp main.cpp server.cpp flow_test.cpp\n",
    "db/include/sso/db/database.h": '#include "sso/storage.h"\n',
    "db/src/store.cpp": '#include "sso/db/database.h"\n#include <soci/soci.h>\n',
    "host-app/src/user_store.cpp": '#include "sso/db/database.h"\n#include <soci/soci.h>\n',
    "host-app/src/main.cpp": '#include "sso/error.h"\n#include "pages.h"\n',
    "host-app/src/pages.h": "",
    "simulator/src/server.cpp": '#include "keys.h"\n#include <Poco/URI.h>\n',
    "simulator/src/keys.h": "",
    "simulator/CMakeLists.txt": "target_link_libraries(modular_sso_simulator PUBLIC Poco::Net)\n",
    "tests/unit/flow_test.cpp": '#include "login/flow.h"\n',
    "tests/unit/race_test.cpp": "TEST(Flow, Works) {}\nTEST_F(Races, EndWell) {\n  std::jthread a([] {});\n}\n",
    "tests/unit/CMakeLists.txt": "modular_sso_test(unit_flow LABEL unit SOURCES flow_test.cpp race_test.cpp)\n",
    "tools/dev/stage.sh": "readonly concurrent_tests=(Races integration_db)\nreadonly concurrent_programs=(unit_flow)\n",
}


def tree_with(**changes):
    tree = rules.Tree(pathlib.Path("."))
    for name, text in {**SOUND, **changes.pop("files", {})}.items():
        comment = "# " if name.endswith(("CMakeLists.txt", ".cmake")) else "// "
        licence = LICENCE.replace("// ", comment)
        tree.files[name] = text if changes.get("bare") == name else licence + text
    return tree


class TreeRules(unittest.TestCase):
    def breaks(self, rule, files, **more):
        """The changed tree breaks this rule, and no other."""
        found = list(rules.findings(tree_with(files=files, **more)))
        self.assertTrue(found, f"{rule} did not notice {files}")
        self.assertEqual({line.split(": ")[1] for line in found}, {rule}, found)

    def test_accepts_a_sound_tree(self):
        self.assertEqual(list(rules.findings(tree_with())), [])

    def test_rooms(self):
        rule = "rooms_include_only_their_neighbours"
        self.breaks(rule, {"sso/base/url.h": '#include "sso/db/database.h"\n'})
        self.breaks(rule, {"sso/include/sso/error.h": '#include "base/url.h"\n'})
        self.breaks(rule, {"front/src/server.cpp": '#include "sso/error.h"\n'})
        self.breaks(rule, {"sso/login/flow.h": '#include "sso/front/server.h"\n'})
        self.breaks(rule, {"sso/login/flow.h": '#include "../../host-app/src/pages.h"\n'})
        self.breaks(rule, {"db/src/store.cpp": '#include "base/url.h"\n'})
        self.breaks(rule, {"host-app/src/pages.h": '#include "base/url.h"\n'})
        self.breaks(rule, {"host-app/src/pages.h": '#include "keys.h"\n'})
        self.breaks(rule, {"simulator/src/keys.h": '#include "sso/error.h"\n'})
        self.breaks(rule, {"simulator/src/keys.h": '  #  include <sso/error.h>\n'})
        self.breaks(rule, {"admin-portal/src/page.h": '#include "sso/db/database.h"\n'})

    def test_layers_of_sso(self):
        rule = "folders_of_sso_include_downwards"
        self.breaks(rule, {"sso/base/url.h": '#include "oidc/jwks.h"\n'})
        self.breaks(rule, {"sso/oidc/jwks.h": '#include "login/flow.h"\n'})
        self.breaks(rule, {"sso/http/gate.h": "", "sso/login/flow.h": '#include "http/gate.h"\n'})
        self.breaks(rule, {"sso/http/deadline.h": '#include "mail/sender.h"\n'})
        self.breaks(rule, {"sso/new/thing.h": '#include "base/url.h"\n'})

    def test_libraries(self):
        rule = "libraries_stay_in_their_rooms"
        self.breaks(rule, {"sso/login/flow.h": "#include <Poco/URI.h>\n"})
        self.breaks(rule, {"sso/include/sso/sso_module.h": "#include <Poco/Net/HTTPRequestHandler.h>\n"})
        self.breaks(rule, {"sso/http/pool.h": "#include <soci/soci.h>\n"})
        self.breaks(rule, {"host-app/src/pages.h": "#include <soci/soci.h>\n"})
        self.breaks(rule, {"sso/include/sso/error.h": "#include <nlohmann/json.hpp>\n"})
        self.breaks(rule, {"db/include/sso/db/database.h": "#include <openssl/evp.h>\n"})

    def test_simulator(self):
        link = "target_link_libraries(modular_sso_simulator PUBLIC ModularSso::sso)\n"
        self.breaks("simulator_links_nothing_of_ours", {"simulator/CMakeLists.txt": link})

    def test_length(self):
        self.breaks("files_stay_readable", {"sso/base/url.h": "\n" * rules.MAX_LINES})

    def test_licence(self):
        self.breaks("files_name_their_licence", {"sso/base/url.h": "int x;\n"}, bare="sso/base/url.h")

    def test_machines(self):
        rule = "nothing_names_a_machine"
        self.breaks(rule, {"README.md": "cd /ho" "me/someone/project\n"})
        self.breaks(rule, {"tests/e2e/package-lock.json": '"resolved": "https://regi' 'stry.npmjs.org/x.tgz"\n'})

    def test_later(self):
        rule = "nothing_is_left_for_later"
        self.breaks(rule, {"sso/base/url.h": "// TO" "DO: check this\n"})
        self.breaks(rule, {"tests/unit/flow_test.cpp": "TEST(Flow, DIS" "ABLED_Works) {}\n"})
        self.breaks(rule, {"tests/unit/flow_test.cpp": "  GTEST_" "SKIP();\n"})

    def test_sources(self):
        self.breaks("sources_are_built", {"sso/base/forgotten.cpp": ""})
        pattern = {"tests/fuzz/CMakeLists.txt": "add_executable(fuzz_${name} ${name}_fuzz.cpp)\n"}
        self.assertEqual(list(rules.findings(tree_with(files={**pattern, "tests/fuzz/url_fuzz.cpp": ""}))), [])
        self.breaks("sources_are_built", {**pattern, "tests/fuzz/helper.cpp": ""})

    def test_threads(self):
        rule = "concurrent_tests_meet_the_thread_sanitizer"
        stage = "readonly concurrent_tests=({})\nreadonly concurrent_programs=({})\n".format
        self.breaks(rule, {"tools/dev/stage.sh": stage("Rac.es", "unit_flow")})
        self.breaks(rule, {"tools/dev/stage.sh": stage("Races", "unit_other")})
        self.breaks(rule, {"tools/dev/stage.sh": ""})
        self.breaks(rule, {"tests/unit/flow_test.cpp": "TEST(Flow, Forks) {\n  const pid_t child = fork();\n}\n"})
        whole = {"tools/dev/stage.sh": stage("unit_flow", "unit_flow")}  # one CTest entry for the whole program
        self.assertEqual(list(rules.findings(tree_with(files=whole))), [])

    def test_every_rule_has_a_test(self):
        text = pathlib.Path(__file__).read_text(encoding="utf-8")
        for rule in rules.RULES:
            self.assertIn(f'"{rule.__name__}"', text)


if __name__ == "__main__":
    unittest.main()
