/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The programs that vectors name by their template (engine.md 3.13), and the
 * two that equal built-ins. Quotes are single ones, for legibility.
 */
#include "vectors_dsl.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *id;
    const char *json;
} templates[] = {
    {"bonus_extiende_default",
     "{'type':'program','rules':[],'post_rules':[{'type':'rule','when':{"
     "'type':'field','path':'data.is_weekend'},'then':[{'type':'set_points',"
     "'value':{'type':'arith','op':'*','left':{'type':'field',"
     "'path':'parent.points'},'right':{'type':'literal','value':1.5}}},{"
     "'type':'set_case_name','value':{'type':'literal',"
     "'value':'WeekendBonus'}}]}]}"},
    {"bonus_por_velocidad",
     "{'type':'program','rules':[{'type':'rule','when':{'type':'compare',"
     "'op':'<','left':{'type':'field','path':'user.avg_time'},'right':{"
     "'type':'arith','op':'*','left':{'type':'field','path':'all.avg_time'},"
     "'right':{'type':'literal','value':0.8}}},'then':[{"
     "'type':'assign_points','value':{'type':'literal','value':10},"
     "'case_name':'SpeedBonus'}]}]}"},
    {"engagement_basico",
     "{'type':'program','rules':[{'type':'rule','when':{'type':'compare',"
     "'op':'<=','left':{'type':'field','path':'user.measurements_count'},"
     "'right':{'type':'literal','value':2}},'then':[{'type':'assign_points',"
     "'value':{'type':'literal','value':1},'case_name':'BasicEngagement'}]}]}"},
    {"recompensa_completar_tarea",
     "{'type':'program','rules':[{'type':'rule','when':{'type':'compare',"
     "'op':'==','left':{'type':'field','path':'task.measurements_count'},"
     "'right':{'type':'literal','value':1}},'then':[{'type':'assign_points',"
     "'value':{'type':'literal','value':5},'case_name':'FirstCompletion'}]}],"
     "'default':{'type':'assign_points','value':{'type':'literal','value':2},"
     "'case_name':'TaskCompleted'}}"},
    {"default_v0_0_2",
     "{'type':'program','rules':[{'type':'rule','when':{'type':'compare',"
     "'op':'<','left':{'type':'field','path':'task.measurements_count'},"
     "'right':{'type':'literal','value':2}},'then':[{'type':'assign_points',"
     "'value':{'type':'literal','value':1},'case_name':'BasicEngagement'}]},{"
     "'type':'rule','when':{'type':'compare','op':'<=','left':{'type':'field',"
     "'path':'user.measurements_count'},'right':{'type':'literal','value':2}},"
     "'then':[{'type':'assign_points','value':{'type':'literal','value':1},"
     "'case_name':'default'}]},{'type':'rule','when':{'type':'compare',"
     "'op':'<','left':{'type':'field','path':'user.avg_time'},'right':{"
     "'type':'field','path':'all.avg_time'}},'then':[{'type':'assign_points',"
     "'value':{'type':'literal','value':11},'case_name':'PerformanceBonus'}]},"
     "{'type':'rule','when':{'type':'and','args':[{'type':'compare','op':'>',"
     "'left':{'type':'arith','op':'-','left':{'type':'field',"
     "'path':'user.new_last_window_diff'},'right':{'type':'field',"
     "'path':'user.last_window_diff'}},'right':{'type':'literal','value':0}},{"
     "'type':'compare','op':'<','left':{'type':'arith','op':'-','left':{"
     "'type':'field','path':'user.new_last_window_diff'},'right':{"
     "'type':'field','path':'user.last_window_diff'}},'right':{'type':'field',"
     "'path':'all.avg_time'}}]},'then':[{'type':'assign_points','value':{"
     "'type':'literal','value':3},'case_name':'IndividualOverGlobal'}]},{"
     "'type':'rule','when':{'type':'and','args':[{'type':'compare','op':'>',"
     "'left':{'type':'arith','op':'-','left':{'type':'field',"
     "'path':'user.new_last_window_diff'},'right':{'type':'field',"
     "'path':'user.last_window_diff'}},'right':{'type':'literal','value':0}},{"
     "'type':'compare','op':'<','left':{'type':'arith','op':'-','left':{"
     "'type':'field','path':'user.new_last_window_diff'},'right':{"
     "'type':'field','path':'user.last_window_diff'}},'right':{'type':'field',"
     "'path':'user.avg_time'}}]},'then':[{'type':'assign_points','value':{"
     "'type':'literal','value':15},'case_name':'PeakPerformerBonus'}]},{"
     "'type':'rule','when':{'type':'and','args':[{'type':'compare','op':'>',"
     "'left':{'type':'arith','op':'-','left':{'type':'field',"
     "'path':'user.new_last_window_diff'},'right':{'type':'field',"
     "'path':'user.last_window_diff'}},'right':{'type':'literal','value':0}},{"
     "'type':'compare','op':'>','left':{'type':'arith','op':'-','left':{"
     "'type':'field','path':'user.new_last_window_diff'},'right':{"
     "'type':'field','path':'user.last_window_diff'}},'right':{'type':'field',"
     "'path':'user.avg_time'}}]},'then':[{'type':'assign_points','value':{"
     "'type':'literal','value':7},'case_name':'GlobalAdvantageAdjustment'}]},{"
     "'type':'rule','when':{'type':'compare','op':'<','left':{'type':'arith',"
     "'op':'-','left':{'type':'field','path':'user.new_last_window_diff'},"
     "'right':{'type':'field','path':'user.last_window_diff'}},'right':{"
     "'type':'literal','value':0}},'then':[{'type':'assign_points','value':{"
     "'type':'literal','value':8},'case_name':'IndividualAdjustment'}]}],"
     "'default':{'type':'assign_points','value':{'type':'literal','value':1},"
     "'case_name':'default'}}"},
    {"constant_effort_v0_0_1",
     "{'type':'program','rules':[{'type':'rule','when':{'type':'compare',"
     "'op':'>','left':{'type':'field',"
     "'path':'user.recent_measurements_count'},'right':{'type':'literal',"
     "'value':0}},'then':[{'type':'assign_points','value':{'type':'func_call',"
     "'name':'clamp','args':[{'type':'func_call','name':'int','args':[{"
     "'type':'arith','op':'*','left':{'type':'arith','op':'/','left':{"
     "'type':'arith','op':'+','left':{'type':'field',"
     "'path':'user.recent_measurements_count'},'right':{'type':'literal',"
     "'value':1}},'right':{'type':'literal','value':100}},'right':{"
     "'type':'literal','value':100}}]},{'type':'literal','value':1},{"
     "'type':'literal','value':100}]},'case_name':'ConstantEffortReward'}]}],"
     "'default':{'type':'assign_points','value':{'type':'literal','value':1},"
     "'case_name':'BasicReward'}}"},
};

json_t *vector_dsl_template(const char *id)
{
    json_t *ast = NULL;
    char *text;
    char *at;
    size_t i;

    for (i = 0; i < sizeof(templates) / sizeof(templates[0]); i++) {
        if (!strcmp(templates[i].id, id)) {
            text = strdup(templates[i].json);
            for (at = text; (at = strchr(at, '\'')) != NULL; at++) {
                *at = '"';
            }
            ast = json_loads(text, 0, NULL);
            free(text);
        }
    }
    return ast;
}
