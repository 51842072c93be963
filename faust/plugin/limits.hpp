// Settings of the plugin.
#pragma once

constexpr int kNice = 5; // of what compiles: behind whatever sounds, before a trainer
constexpr unsigned kCompileSeconds = 10; // of processor time
constexpr double kPatienceSeconds = 30.0; // until a compiler is ended that does not get so much time
constexpr double kGivesWaySeconds = 2.0; // a compiler that is slower than this ends for a newer file
constexpr unsigned long kLargestMemory = 768ul << 20; // bytes, of compiler and program together
constexpr double kHighestLoad = 0.5; // of a processor: tails sound besides
constexpr int kMostChannels = 64;

constexpr double kPollSeconds = 0.020;
constexpr double kSettleSeconds = 0.010;
constexpr double kFirstSoundSeconds = 3.0; // that a host is kept waiting for the first sound

constexpr double kWarmSeconds = 0.1; // of silence, before an instance is heard
constexpr double kFadeSeconds = 0.030;
constexpr int kMostTails = 3;
constexpr double kTailSeconds = 8.0;
constexpr double kSilent = 3.1623e-5; // -90 dB
constexpr double kSilentSeconds = 0.75; // longer than the longest pre-delay: what comes late is waited for
constexpr double kLoudest = 1e3; // +60 dB: an instance beyond it is broken

constexpr const char* kNotANumber = "puts out what is no number, or is louder than +60 dB";
