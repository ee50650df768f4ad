package io.reliableoutbox.lab.load;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** What {@code public.ledger} says at the end of a run; the README gives the same query. */
public final class Ledger {
  private static final int LIMIT_SECONDS = 30;

  private Ledger() {}

  /** A sentence for each consumer, or one that says why there is none. */
  public static List<String> sentences(DataSource inspector) {
    List<String> sentences = new ArrayList<>();
    try (var connection = inspector.getConnection();
        var statement = connection.createStatement()) {
      statement.setQueryTimeout(LIMIT_SECONDS);
      var rows =
          statement.executeQuery(
              """
              select consumer, count(*) as events, count(seq) as effects,
                     count(*) filter (where seq is null) as missing,
                     count(*) filter (where seq <= before) as out_of_order
              from (
                select c.consumer, c.seq,
                       max(c.seq) over (partition by c.consumer, l.aggregate_id order by l.aggregate_version
                                        rows between unbounded preceding and 1 preceding) as before
                from public.ledger l
                cross join lateral (values ('email', l.email_applied_seq), ('inventory', l.inventory_applied_seq),
                                           ('analytics', l.analytics_applied_seq)) c(consumer, seq)
              ) judged
              group by consumer
              order by consumer
              """);
      while (rows.next()) {
        sentences.add(
            "Ledger:     %s: %d events, %d effects, %d missing, %d out of order"
                .formatted(
                    rows.getString(1),
                    rows.getLong(2),
                    rows.getLong(3),
                    rows.getLong(4),
                    rows.getLong(5)));
      }
    } catch (SQLException e) {
      sentences.add("Ledger:     can't be read: " + e.getMessage());
    }
    return sentences;
  }
}
