package io.reliableoutbox.lab.soak;

import java.sql.SQLException;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Connections that don't wait for ever for a database that is frozen. */
final class Impatient {
  private Impatient() {}

  static DataSource source(DataSource patient) throws SQLException {
    var source = patient.unwrap(PGSimpleDataSource.class);
    source.setConnectTimeout(3);
    source.setLoginTimeout(3);
    source.setSocketTimeout(30);
    return source;
  }
}
