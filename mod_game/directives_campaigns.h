/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file directives_campaigns.h
 * The directives of campaigns (campaigns.md 11), as a part of the command
 * table (directives.c).
 */
#ifndef GAME_DIRECTIVES_CAMPAIGNS_H
#define GAME_DIRECTIVES_CAMPAIGNS_H

#include <httpd.h>
#include <http_config.h>

#include "directives_int.h"

/** Setters, for the table below alone. */
extern const game_number_t game_number_campaign_workers;
extern const game_number_t game_number_campaign_lease;
extern const game_number_t game_number_campaign_run_timeout;
const char *game_directives_campaign_flag(cmd_parms *cmd, void *dir,
                                          int flag);
const char *game_directives_campaign_path(cmd_parms *cmd, void *dir,
                                          const char *arg);
const char *game_directives_campaign_base(cmd_parms *cmd, void *dir,
                                          const char *arg);
const char *game_directives_campaign_root(cmd_parms *cmd, void *dir,
                                          const char *arg);
const char *game_directives_campaign_ttl(cmd_parms *cmd, void *dir,
                                         const char *skill,
                                         const char *arg);
const char *game_directives_campaign_provider(cmd_parms *cmd, void *dir,
                                              int argc, char *const argv[]);
const char *game_directives_campaign_domain(cmd_parms *cmd, void *dir,
                                            const char *arg);

/** The place of a member in a server's configuration, as a command's info. */
#define GAME_CAMPAIGN_AT(member) \
    ((void *)APR_OFFSETOF(game_server_conf_t, campaigns.member))

#define GAME_DIRECTIVES_CAMPAIGNS \
    AP_INIT_FLAG("GameCampaigns", game_directives_campaign_flag, \
                 GAME_CAMPAIGN_AT(campaigns), RSRC_CONF, \
                 "whether there are campaigns: their endpoints, and a " \
                 "process that makes them"), \
    AP_INIT_TAKE1("GameCampaignStoreRoot", game_directives_campaign_path, \
                  GAME_CAMPAIGN_AT(store_root), RSRC_CONF, \
                  "directory of the files that campaigns are made of"), \
    AP_INIT_TAKE1("GameCampaignAssetBase", game_directives_campaign_base, \
                  NULL, RSRC_CONF, \
                  "path at which that directory is served"), \
    AP_INIT_ITERATE("GameCampaignAssetRoot", game_directives_campaign_root, \
                    NULL, RSRC_CONF, \
                    "directories that file:// and absolute paths of a " \
                    "campaign may be in"), \
    AP_INIT_TAKE1("GameCampaignTemplates", game_directives_campaign_path, \
                  GAME_CAMPAIGN_AT(templates), RSRC_CONF, \
                  "directory of the templates of games"), \
    AP_INIT_TAKE1("GameCampaignWorkflows", game_directives_campaign_path, \
                  GAME_CAMPAIGN_AT(workflows), RSRC_CONF, \
                  "directory of workflows, with an index.json"), \
    AP_INIT_TAKE1("GameCampaignPlayDir", game_directives_campaign_path, \
                  GAME_CAMPAIGN_AT(play_dir), RSRC_CONF, \
                  "directory of the page in which a campaign is played"), \
    AP_INIT_TAKE1("GameCampaignWorkers", game_directives_number, \
                  (void *)&game_number_campaign_workers, RSRC_CONF, \
                  "steps that this host works on at once"), \
    AP_INIT_TAKE1("GameCampaignLeaseSeconds", game_directives_number, \
                  (void *)&game_number_campaign_lease, RSRC_CONF, \
                  "seconds after which a step whose worker is gone is " \
                  "given to another"), \
    AP_INIT_TAKE1("GameCampaignRunTimeout", game_directives_number, \
                  (void *)&game_number_campaign_run_timeout, RSRC_CONF, \
                  "seconds that a run may take; 0: any time"), \
    AP_INIT_TAKE2("GameCampaignCacheTTL", game_directives_campaign_ttl, \
                  NULL, RSRC_CONF, \
                  "a skill, and the seconds for which what it made is " \
                  "used again; 0: for ever"), \
    AP_INIT_FLAG("GameCampaignStrictTemplates", \
                 game_directives_campaign_flag, \
                 GAME_CAMPAIGN_AT(strict_templates), RSRC_CONF, \
                 "accept the ids of the six templates and no other"), \
    AP_INIT_FLAG("GameCampaignAllowFetch", game_directives_campaign_flag, \
                 GAME_CAMPAIGN_AT(allow_fetch), RSRC_CONF, \
                 "fetch what a campaign names by URL"), \
    AP_INIT_TAKE_ARGV("GameCampaignConfigProvider", \
                      game_directives_campaign_provider, \
                      GAME_CAMPAIGN_AT(config_provider), RSRC_CONF, \
                      "who makes game configurations: a name, then a " \
                      "command or a URL"), \
    AP_INIT_TAKE_ARGV("GameCampaignAudioProvider", \
                      game_directives_campaign_provider, \
                      GAME_CAMPAIGN_AT(audio_provider), RSRC_CONF, \
                      "who makes music: a name, then a command or a URL"), \
    AP_INIT_ITERATE("GameCampaignEmbedDomains", \
                    game_directives_campaign_domain, NULL, RSRC_CONF, \
                    "domains whose pages may show a campaign in a frame")

#endif
