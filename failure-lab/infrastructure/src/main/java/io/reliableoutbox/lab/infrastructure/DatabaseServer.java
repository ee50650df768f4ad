package io.reliableoutbox.lab.infrastructure;

import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A PostgreSQL server. TCP connections are checked by password, for every role. */
public interface DatabaseServer extends Server {
  @Override
  default String product() {
    return "PostgreSQL";
  }

  String superuser();

  String password();

  default String jdbcUrl(String database) {
    return "jdbc:postgresql://" + address() + "/" + database;
  }

  /** Unpooled: each call opens a connection. */
  default DataSource dataSource(String database, String role, String rolePassword) {
    var source = new PGSimpleDataSource();
    source.setUrl(jdbcUrl(database));
    source.setUser(role);
    source.setPassword(rolePassword);
    return source;
  }
}
