#include "json.hpp"

#include <cctype>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

constexpr int kDeepest = 32;

class Reader {
  public:
    explicit Reader(const std::string& text) : fText(text), fAt(text.c_str()) {}

    bool whole(Json& value) {
        if (!read(value, 0)) return false;
        skip();
        return fAt == fText.c_str() + fText.size();
    }

  private:
    const std::string& fText;
    const char* fAt;

    void skip() {
        while (*fAt == ' ' || *fAt == '\n' || *fAt == '\t' || *fAt == '\r') ++fAt;
    }

    bool take(char c) {
        skip();
        if (*fAt != c) return false;
        ++fAt;
        return true;
    }

    bool word(const char* text) {
        const size_t length = std::strlen(text);
        if (std::strncmp(fAt, text, length) != 0) return false;
        fAt += length;
        return true;
    }

    bool read(Json& value, int depth) {
        if (depth > kDeepest) return false;
        skip();
        switch (*fAt) {
        case '{':
            return object(value, depth);
        case '[':
            return array(value, depth);
        case '"':
            value.kind = Json::Kind::string;
            return string(value.string);
        case 't':
        case 'f':
            value.kind = Json::Kind::boolean;
            value.number = *fAt == 't' ? 1.0 : 0.0;
            return word(*fAt == 't' ? "true" : "false");
        case 'n':
            return word("null");
        default:
            return number(value);
        }
    }

    bool number(Json& value) {
        if (*fAt != '-' && !std::isdigit((unsigned char)*fAt)) return false; // strtod knows inf, nan and 0x
        if (fAt[*fAt == '-'] == '0' && (fAt[1 + (*fAt == '-')] | 32) == 'x') return false;
        char* end = nullptr;
        value.kind = Json::Kind::number;
        value.number = std::strtod(fAt, &end);
        if (end == fAt || !std::isfinite(value.number)) return false;
        fAt = end;
        return true;
    }

    bool string(std::string& text) {
        ++fAt;
        while (*fAt != '"') {
            if ((unsigned char)*fAt < 32) return false; // the end of the text too
            if (*fAt != '\\') {
                text += *fAt++;
                continue;
            }
            ++fAt;
            if (*fAt == 'u') {
                char digits[5] = {};
                for (int i = 0; i < 4; ++i) {
                    if (!std::isxdigit((unsigned char)fAt[1 + i])) return false;
                    digits[i] = fAt[1 + i];
                }
                const long code = std::strtol(digits, nullptr, 16);
                text += code < 128 ? char(code) : '?'; // paths are ASCII
                fAt += 5;
                continue;
            }
            static const char kEscapes[] = "\"\\/bfnrt", kMeant[] = "\"\\/\b\f\n\r\t";
            const char* escape = *fAt ? std::strchr(kEscapes, *fAt) : nullptr;
            if (escape == nullptr) return false;
            text += kMeant[escape - kEscapes];
            ++fAt;
        }
        ++fAt;
        return true;
    }

    bool array(Json& value, int depth) {
        value.kind = Json::Kind::array;
        ++fAt;
        if (take(']')) return true;
        do {
            value.items.emplace_back();
            if (!read(value.items.back(), depth + 1)) return false;
        } while (take(','));
        return take(']');
    }

    bool object(Json& value, int depth) {
        value.kind = Json::Kind::object;
        ++fAt;
        if (take('}')) return true;
        do {
            skip();
            value.members.emplace_back();
            if (*fAt != '"' || !string(value.members.back().first)) return false;
            if (!take(':') || !read(value.members.back().second, depth + 1)) return false;
        } while (take(','));
        return take('}');
    }
};

} // namespace

const Json* Json::find(const std::string& key) const {
    for (const auto& member : members)
        if (member.first == key) return &member.second;
    return nullptr;
}

std::optional<Json> parseJson(const std::string& text) {
    Json value;
    if (!Reader(text).whole(value)) return std::nullopt;
    return value;
}

std::string jsonString(const std::string& text) {
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') quoted += '\\';
        if ((unsigned char)c < 32) {
            quoted += ' ';
        } else if ((unsigned char)c < 127) {
            quoted += c;
        } else {
            quoted += '?'; // whatever encoding a path is in, the answer can be read
        }
    }
    return quoted + '"';
}
