// JSON as the hand-over files have it: a reader that takes nothing else, and strings for the answer.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

struct Json {
    enum class Kind { null, boolean, number, string, array, object };

    Kind kind = Kind::null;
    double number = 0.0; // 1 for true
    std::string string;
    std::vector<Json> items;
    std::vector<std::pair<std::string, Json>> members;

    // The member of an object; nullptr for none.
    const Json* find(const std::string& key) const;
};

// Nothing for what is not JSON, or is nested deeper than any of our files.
std::optional<Json> parseJson(const std::string& text);

// In quotation marks, on one line.
std::string jsonString(const std::string& text);
