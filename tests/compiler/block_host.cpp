// Plays classes that have FAUST's interface. PROGRAM CLASS SAMPLE_RATE BLOCKS [LABEL=VALUE or SAMPLE:LABEL=VALUE ...]
// CLASS is a number, BLOCKS sizes that take turns: `64` or `1,37,256`. stdin float64 [samples, inputs], stdout
// [samples, outputs]. A setting that names a sample is made at the first block that begins there or later. Before
// all that, noise is played and cleared away.

#ifndef FAUSTFLOAT
#define FAUSTFLOAT float
#endif

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

struct Meta {
    virtual ~Meta() {}
    virtual void declare(const char*, const char*) {}
};

struct UI {
    std::map<std::string, FAUSTFLOAT*> zones;
    virtual ~UI() {}
    virtual void openVerticalBox(const char*) {}
    virtual void closeBox() {}
    virtual void declare(FAUSTFLOAT*, const char*, const char*) {}
    virtual void addHorizontalSlider(const char* label, FAUSTFLOAT* zone, FAUSTFLOAT, FAUSTFLOAT, FAUSTFLOAT, FAUSTFLOAT) {
        zones[label] = zone;
    }
    virtual void addCheckButton(const char* label, FAUSTFLOAT* zone) { zones[label] = zone; }
};

struct dsp {
    virtual ~dsp() {}
    virtual int getNumInputs() = 0;
    virtual int getNumOutputs() = 0;
    virtual void buildUserInterface(UI*) = 0;
    virtual int getSampleRate() = 0;
    virtual void init(int) = 0;
    virtual void instanceClear() = 0;
    virtual dsp* clone() = 0;
    virtual void compute(int, FAUSTFLOAT**, FAUSTFLOAT**) = 0;
};

#include HEADERS

struct Setting {
    long sample;
    std::string label;
    double value;
};

typedef std::vector<std::vector<FAUSTFLOAT>> Buffers;

// In place, as hosts do.
static void play(dsp& plugin, Buffers& channels) {
    std::vector<FAUSTFLOAT*> pointers;
    for (auto& channel : channels) pointers.push_back(channel.data());
    plugin.compute(int(channels[0].size()), pointers.data(), pointers.data());
}

int main(int count, char** arguments) {
    dsp* const made[] = {INSTANCES};
    dsp& plugin = *made[atoi(arguments[1])];
    plugin.init(atoi(arguments[2]));
    UI ui;
    plugin.buildUserInterface(&ui);

    std::vector<int> blocks;
    for (char* word = strtok(arguments[3], ","); word; word = strtok(nullptr, ",")) blocks.push_back(atoi(word));
    std::vector<Setting> settings;
    for (int i = 4; i < count; ++i) {
        const std::string word = arguments[i];
        const size_t colon = word.find(':'), equals = word.find('=');
        const bool is_late = colon != std::string::npos;
        const std::string label = word.substr(is_late ? colon + 1 : 0, equals - (is_late ? colon + 1 : 0));
        settings.push_back({is_late ? atol(word.c_str()) : 0, label, atof(word.c_str() + equals + 1)});
    }

    const int inputs = plugin.getNumInputs(), outputs = plugin.getNumOutputs();
    Buffers noise(std::max(inputs, outputs), std::vector<FAUSTFLOAT>(3000));
    for (auto& channel : noise)
        for (auto& sample : channel) sample = FAUSTFLOAT(rand()) / FAUSTFLOAT(RAND_MAX);
    play(plugin, noise);
    plugin.instanceClear();

    std::vector<double> samples;
    double value;
    while (fread(&value, sizeof value, 1, stdin) == 1) samples.push_back(value);
    const long length = long(samples.size()) / inputs;
    for (long start = 0, turn = 0; start < length; ++turn) {
        for (auto& setting : settings)
            if (setting.sample <= start && !setting.label.empty()) {
                if (ui.zones.count(setting.label) == 0) return 3;
                *ui.zones[setting.label] = FAUSTFLOAT(setting.value);
                setting.label.clear();
            }
        const long size = std::min<long>(blocks[turn % blocks.size()], length - start);
        Buffers buffers(std::max(inputs, outputs), std::vector<FAUSTFLOAT>(size));
        for (int channel = 0; channel < inputs; ++channel)
            for (long t = 0; t < size; ++t) buffers[channel][t] = FAUSTFLOAT(samples[(start + t) * inputs + channel]);
        play(plugin, buffers);
        for (long t = 0; t < size; ++t)
            for (int channel = 0; channel < outputs; ++channel) {
                const double sample = buffers[channel][t];
                fwrite(&sample, sizeof sample, 1, stdout);
            }
        start += size;
    }
    return 0;
}
