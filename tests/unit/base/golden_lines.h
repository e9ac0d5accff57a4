// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace sso::test {

/// One line of a golden list with its {hh} turned into raw bytes.
inline std::string withRawBytes(const std::string& line) {
  constexpr const char* kHex = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool escaped = line[i] == '{' && i + 3 < line.size() && line[i + 3] == '}' &&
                         std::string(kHex).find(line[i + 1]) != std::string::npos &&
                         std::string(kHex).find(line[i + 2]) != std::string::npos;
    if (escaped) {
      text += static_cast<char>(std::stoi(line.substr(i + 1, 2), nullptr, 16));
      i += 3;
    } else {
      text += line[i];
    }
  }
  return text;
}

/// The values of a golden list, without comments and empty lines.
inline std::vector<std::string> goldenLines(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line[0] != '#') lines.push_back(withRawBytes(line));
  }
  return lines;
}

}  // namespace sso::test
