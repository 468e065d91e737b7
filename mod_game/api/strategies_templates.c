/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Templates of custom strategies: four programs to start from, the same for
 * everybody. Programs stand here with ' for ", which no text of theirs has.
 */

#include "strategies_custom.h"

#include <string.h>

#include <apr_strings.h>

#include "../response.h"

typedef struct template_t {
    const char *id, *name, *description, *type, *parent;
    const char *ast;            /* with ' for " */
    const char *xml;            /* the same program as the editor has it */
} template_t;

static const template_t templates[] = {
    {
        "bonus_extiende_default",
        "Fin de semana con premio",
        "Puntúa como «default» y, cuando el evento llega con is_weekend, paga "
        "la mitad más. Ejemplo de cómo ampliar una estrategia del servidor.",
        "DSL_EXTEND", "default",
        "{'type':'program','id':'p.program.0','rules':[],"
        "'post_rules':[{'type':'rule','id':'p.program.0.post.rule.0',"
        "'when':{'type':'field','id':'p.program.0.post.rule.0.field.0',"
        "'path':'data.is_weekend'},'then':[{'type':'set_points',"
        "'id':'p.program.0.post.rule.0.set_points.0','value':{'type':'arith',"
        "'id':'p.program.0.post.rule.0.set_points.0.arith.0','op':'*',"
        "'left':{'type':'field','id':'p.program.0.post.rule.0.set_points.0.arit"
        "h.0.field.0','path':'parent.points'},'right':{'type':'literal',"
        "'id':'p.program.0.post.rule.0.set_points.0.arith.0.literal.1',"
        "'value':1.5}}},{'type':'set_case_name',"
        "'id':'p.program.0.post.rule.0.set_case_name.1',"
        "'value':{'type':'literal','id':'p.program.0.post.rule.0.set_case_name."
        "1.literal.0','value':'WeekendBonus'}}]}]}",
        "<xml xmlns='https://developers.google.com/blockly/xml'><block "
        "type='gd_post_rule' x='40' y='40'><value name='WHEN'><block "
        "type='gd_field_data'><field name='KEY'>is_weekend</field></block>"
        "</value><statement name='THEN'><block type='gd_set_points'><value "
        "name='VALUE'><block type='gd_arith'><field name='OP'>*</field><value "
        "name='LEFT'><block type='gd_field_parent'><field name='PATH'>"
        "parent.points</field></block></value><value name='RIGHT'><block "
        "type='gd_literal_number'><field name='VALUE'>1.5</field></block>"
        "</value></block></value><next><block type='gd_set_case_name'><value "
        "name='VALUE'><block type='gd_literal_text'><field name='VALUE'>"
        "WeekendBonus</field></block></value></block></next></block>"
        "</statement></block></xml>"
    },
    {
        "bonus_por_velocidad",
        "Más rápido que los demás",
        "Da diez puntos a quien trabaja con un ritmo medio al menos un veinte "
        "por ciento más rápido que el de todos. Nadie más recibe puntos.",
        "DSL_FULL", NULL,
        "{'type':'program','id':'p.program.0','rules':[{'type':'rule',"
        "'id':'p.program.0.rule.0','when':{'type':'compare',"
        "'id':'p.program.0.rule.0.compare.0','op':'<','left':{'type':'field',"
        "'id':'p.program.0.rule.0.compare.0.field.0','path':'user.avg_time'},"
        "'right':{'type':'arith','id':'p.program.0.rule.0.compare.0.arith.1',"
        "'op':'*','left':{'type':'field','id':'p.program.0.rule.0.compare.0.ari"
        "th.1.field.0','path':'all.avg_time'},'right':{'type':'literal',"
        "'id':'p.program.0.rule.0.compare.0.arith.1.literal.1','value':0.8}}},"
        "'then':[{'type':'assign_points','id':'p.program.0.rule.0.assign_points"
        ".0','value':{'type':'literal','id':'p.program.0.rule.0.assign_points.0"
        ".literal.0','value':10},'case_name':'SpeedBonus'}]}]}",
        "<xml xmlns='https://developers.google.com/blockly/xml'><block "
        "type='gd_rule' x='40' y='40'><value name='WHEN'><block "
        "type='gd_compare'><field name='OP'>&lt;</field><value name='LEFT'>"
        "<block type='gd_field'><field name='PATH'>user.avg_time</field>"
        "</block></value><value name='RIGHT'><block type='gd_arith'><field "
        "name='OP'>*</field><value name='LEFT'><block type='gd_field'><field "
        "name='PATH'>all.avg_time</field></block></value><value name='RIGHT'>"
        "<block type='gd_literal_number'><field name='VALUE'>0.8</field>"
        "</block></value></block></value></block></value><statement "
        "name='THEN'><block type='gd_assign_points'><field name='CASE_NAME'>"
        "SpeedBonus</field><value name='VALUE'><block type='gd_literal_number'>"
        "<field name='VALUE'>10</field></block></value></block></statement>"
        "</block></xml>"
    },
    {
        "engagement_basico",
        "Primeros pasos",
        "Anima a quien empieza: un punto mientras la persona tenga como mucho "
        "dos eventos anteriores en la tarea.",
        "DSL_FULL", NULL,
        "{'type':'program','id':'p.program.0','rules':[{'type':'rule',"
        "'id':'p.program.0.rule.0','when':{'type':'compare',"
        "'id':'p.program.0.rule.0.compare.0','op':'<=','left':{'type':'field',"
        "'id':'p.program.0.rule.0.compare.0.field.0',"
        "'path':'user.measurements_count'},'right':{'type':'literal',"
        "'id':'p.program.0.rule.0.compare.0.literal.1','value':2}},"
        "'then':[{'type':'assign_points','id':'p.program.0.rule.0.assign_points"
        ".0','value':{'type':'literal','id':'p.program.0.rule.0.assign_points.0"
        ".literal.0','value':1},'case_name':'BasicEngagement'}]}]}",
        "<xml xmlns='https://developers.google.com/blockly/xml'><block "
        "type='gd_rule' x='40' y='40'><value name='WHEN'><block "
        "type='gd_compare'><field name='OP'>&lt;=</field><value name='LEFT'>"
        "<block type='gd_field'><field name='PATH'>"
        "user.measurements_count</field></block></value><value name='RIGHT'>"
        "<block type='gd_literal_number'><field name='VALUE'>2</field></block>"
        "</value></block></value><statement name='THEN'><block "
        "type='gd_assign_points'><field name='CASE_NAME'>"
        "BasicEngagement</field><value name='VALUE'><block "
        "type='gd_literal_number'><field name='VALUE'>1</field></block></value>"
        "</block></statement></block></xml>"
    },
    {
        "recompensa_completar_tarea",
        "Tarea estrenada",
        "Cinco puntos cuando la tarea tiene exactamente un evento anterior, "
        "dos puntos en los demás casos.",
        "DSL_FULL", NULL,
        "{'type':'program','id':'p.program.0','rules':[{'type':'rule',"
        "'id':'p.program.0.rule.0','when':{'type':'compare',"
        "'id':'p.program.0.rule.0.compare.0','op':'==','left':{'type':'field',"
        "'id':'p.program.0.rule.0.compare.0.field.0',"
        "'path':'task.measurements_count'},'right':{'type':'literal',"
        "'id':'p.program.0.rule.0.compare.0.literal.1','value':1}},"
        "'then':[{'type':'assign_points','id':'p.program.0.rule.0.assign_points"
        ".0','value':{'type':'literal','id':'p.program.0.rule.0.assign_points.0"
        ".literal.0','value':5},'case_name':'FirstCompletion'}]}],"
        "'default':{'type':'assign_points','id':'p.program.0.assign_points.0',"
        "'value':{'type':'literal','id':'p.program.0.assign_points.0.literal.0'"
        ",'value':2},'case_name':'TaskCompleted'}}",
        "<xml xmlns='https://developers.google.com/blockly/xml'><block "
        "type='gd_rule' x='40' y='40'><value name='WHEN'><block "
        "type='gd_compare'><field name='OP'>==</field><value name='LEFT'>"
        "<block type='gd_field'><field name='PATH'>"
        "task.measurements_count</field></block></value><value name='RIGHT'>"
        "<block type='gd_literal_number'><field name='VALUE'>1</field></block>"
        "</value></block></value><statement name='THEN'><block "
        "type='gd_assign_points'><field name='CASE_NAME'>"
        "FirstCompletion</field><value name='VALUE'><block "
        "type='gd_literal_number'><field name='VALUE'>5</field></block></value>"
        "</block></statement></block><block type='gd_assign_points' x='40' "
        "y='280'><field name='CASE_NAME'>TaskCompleted</field><value "
        "name='VALUE'><block type='gd_literal_number'><field name='VALUE'>"
        "2</field></block></value></block></xml>"
    }
};

static const char *json_of(apr_pool_t *pool, const char *text)
{
    char *json = apr_pstrdup(pool, text), *at = json;

    while ((at = strchr(at, '\'')) != NULL) {
        *at++ = '"';
    }
    return json;
}

game_error_t *game_custom_templates(game_req_t *req)
{
    game_jw_t *jw = game_jw_make(req->pool);
    apr_size_t i;

    game_jw_array(jw, NULL);
    for (i = 0; i < sizeof(templates) / sizeof(templates[0]); i++) {
        game_jw_object(jw, NULL);
        game_jw_string(jw, "id", templates[i].id);
        game_jw_string(jw, "name", templates[i].name);
        game_jw_string(jw, "description", templates[i].description);
        game_jw_string(jw, "type", templates[i].type);
        game_jw_string(jw, "parentStrategyId", templates[i].parent);
        game_jw_raw(jw, "astJson", json_of(req->pool, templates[i].ast));
        game_jw_string(jw, "blocklyXml", templates[i].xml);
        game_jw_end(jw);
    }
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}
