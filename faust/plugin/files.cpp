#include "files.hpp"

#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "json.hpp"

namespace {

constexpr int64_t kLargest = 4 << 20; // bytes; a reverb of 64 lines has 0.5 MB

} // namespace

Version versionOf(const std::string& path) {
    struct stat found;
    if (stat(path.c_str(), &found) != 0) return Version();
#ifdef __APPLE__
    const struct timespec when = found.st_mtimespec;
#else
    const struct timespec when = found.st_mtim;
#endif
    return Version{true, int64_t(when.tv_sec) * 1000000000 + when.tv_nsec, int64_t(found.st_size), uint64_t(found.st_ino)};
}

bool WatchedFile::isReady() {
    const Version now = versionOf(fPath);
    if (now == fTaken && !fIsFresh) return fIsSettling = false;
    const bool isRenamed = now.exists && fTaken.exists && now.inode != fTaken.inode;
    const bool isStill = isRenamed || now == fSeen;
    fSeen = now;
    fIsSettling = !isStill;
    return isStill;
}

std::optional<std::string> WatchedFile::take(std::string& error) {
    fIsFresh = false;
    fTaken = versionOf(fPath);
    if (!fTaken.exists) {
        error = "there is no such file";
        return std::nullopt;
    }
    if (fTaken.size > kLargest) {
        error = "is larger than 4 MB";
        return std::nullopt;
    }
    const int file = open(fPath.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat found;
    if (file < 0 || fstat(file, &found) != 0 || !S_ISREG(found.st_mode)) {
        if (file >= 0) close(file);
        error = "cannot be read";
        return std::nullopt;
    }
    std::string text;
    char part[65536];
    ssize_t count = 0;
    while (int64_t(text.size()) <= kLargest && (count = read(file, part, sizeof(part))) > 0) text.append(part, size_t(count));
    close(file);
    if (count < 0) {
        error = "cannot be read";
        return std::nullopt;
    }
    return text;
}

std::optional<Parameters> parseParameters(const std::string& text, std::string& error) {
    const std::optional<Json> json = parseJson(text);
    const Json* version = json ? json->find("schema_version") : nullptr;
    const Json* structure = json ? json->find("structure") : nullptr;
    const Json* generation = json ? json->find("generation") : nullptr;
    const Json* values = json ? json->find("values") : nullptr;
    if (version == nullptr || structure == nullptr || generation == nullptr || values == nullptr ||
        structure->kind != Json::Kind::string || generation->kind != Json::Kind::number ||
        values->kind != Json::Kind::object) {
        error = "is no list of parameters";
        return std::nullopt;
    }
    if (version->number != 1.0 && version->number != 2.0) { // 2: controls may declare rates
        error = "has a schema version other than 1 and 2: the plugin is older than the compiler";
        return std::nullopt;
    }
    Parameters parameters;
    parameters.structure = structure->string;
    parameters.generation = std::llround(generation->number);
    for (const auto& [path, list] : values->members) {
        std::vector<double>& numbers = parameters.values[path];
        if (list.kind != Json::Kind::array) return error = path + ": is no list of numbers", std::nullopt;
        for (const Json& item : list.items) {
            if (item.kind != Json::Kind::number) return error = path + ": is no list of numbers", std::nullopt;
            numbers.push_back(item.number);
        }
    }
    return parameters;
}

Header headerOf(const std::string& text) {
    const auto declared = [&](const std::string& key) {
        const std::string start = "\ndeclare " + key + " \"";
        const size_t from = text.find(start);
        if (from == std::string::npos) return std::string();
        const size_t end = text.find_first_of("\"\n", from + start.size());
        return text.substr(from + start.size(), end == std::string::npos ? 0 : end - from - start.size());
    };
    return Header{declared("structure"), std::strtoll(declared("generation").c_str(), nullptr, 10)};
}

std::string beside(const std::string& dsp, const std::string& ending) {
    const bool isDsp = dsp.size() > 4 && dsp.compare(dsp.size() - 4, 4, ".dsp") == 0;
    return (isDsp ? dsp.substr(0, dsp.size() - 4) : dsp) + ending;
}

bool writeWhole(const std::string& path, const std::string& text) {
    static std::atomic<unsigned> count{0};
    const size_t slash = path.rfind('/') + 1;
    char number[64];
    std::snprintf(number, sizeof(number), ".%ld-%u.tmp", long(getpid()), count++);
    const std::string temporary = path.substr(0, slash) + "." + path.substr(slash) + number;
    const int file = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (file < 0) return false;
    const bool isWritten = write(file, text.data(), text.size()) == ssize_t(text.size());
    if (close(file) == 0 && isWritten && rename(temporary.c_str(), path.c_str()) == 0) return true;
    unlink(temporary.c_str());
    return false;
}
