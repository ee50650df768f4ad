package io.reliableoutbox.lab.scenario;

import io.reliableoutbox.lab.system.LabSystem;

/** What a system had counted when a story began: the story's own numbers are those above it. */
record Totals(long published, long effects, int deaths, long mailsRepeated) {
  private static final String PUBLISHED =
      "select count(*) from public.ledger where published_at is not null";
  private static final String EFFECTS =
      "select count(*) from consuming.inbox where aggregate_type = 'order' and state = 'APPLIED'";

  static Totals of(LabSystem system) {
    var sql = new Sql(system.dataSource("inspector"));
    return new Totals(
        sql.number(PUBLISHED),
        sql.number(EFFECTS),
        system.deaths(),
        system.mail().counts().repeated());
  }
}
