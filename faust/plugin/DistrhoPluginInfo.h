#pragma once

#define DISTRHO_PLUGIN_BRAND "plaud-live"
#define DISTRHO_PLUGIN_NAME "plaud-live"
#define DISTRHO_PLUGIN_URI "urn:plaud-live:watched"
#define DISTRHO_PLUGIN_CLAP_ID "live.plaud.watched"
#define DISTRHO_PLUGIN_NUM_INPUTS 2
#define DISTRHO_PLUGIN_NUM_OUTPUTS 2
#define DISTRHO_PLUGIN_IS_RT_SAFE 1
#define DISTRHO_PLUGIN_WANT_STATE 1
#define DISTRHO_PLUGIN_WANT_FULL_STATE 1
#define DISTRHO_PLUGIN_LV2_CATEGORY "lv2:ReverbPlugin"
#define DISTRHO_PLUGIN_VST3_CATEGORIES "Fx|Reverb|Stereo"
#define DISTRHO_PLUGIN_CLAP_FEATURES "audio-effect", "reverb", "stereo"
