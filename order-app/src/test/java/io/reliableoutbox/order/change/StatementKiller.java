package io.reliableoutbox.order.change;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Ends the server's side of a connection at the k-th statement of a request; the commit counts as
 * one. To the database that looks like an application that died there.
 */
class StatementKiller implements BeanPostProcessor {
  enum Moment {
    BEFORE,
    AFTER,
    /** The statement was executed, but the application never learns of it. */
    ANSWER_LOST
  }

  private final AtomicInteger toGo = new AtomicInteger();
  private final AtomicInteger killed = new AtomicInteger();
  private volatile Moment moment = Moment.BEFORE;
  private volatile IntConsumer terminate = pid -> {};

  void arm(int statement, Moment when, IntConsumer terminateBackend) {
    moment = when;
    terminate = terminateBackend;
    killed.set(0);
    toGo.set(statement);
  }

  /** Whether the fault took place since it was armed. */
  boolean struck() {
    toGo.set(0);
    return killed.get() == 1;
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    return bean instanceof DataSource source ? new Killing(source) : bean;
  }

  private final class Killing extends DelegatingDataSource {
    Killing(DataSource target) {
      super(target);
    }

    @Override
    public Connection getConnection() throws SQLException {
      Connection real = super.getConnection();
      return watch(Connection.class, real, real);
    }
  }

  private <T> T watch(Class<T> type, T target, Connection connection) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, args) -> {
              boolean counts =
                  method.getName().startsWith("execute") || method.getName().equals("commit");
              boolean strikes = counts && toGo.getAndUpdate(n -> Math.max(0, n - 1)) == 1;
              if (strikes && moment == Moment.BEFORE) {
                kill(connection);
              }
              Object result;
              try {
                result = method.invoke(target, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
              if (strikes && moment != Moment.BEFORE) {
                kill(connection);
              }
              if (strikes && moment == Moment.ANSWER_LOST) {
                throw new SQLException("the answer was lost", "08006");
              }
              return result instanceof PreparedStatement statement
                  ? watch(PreparedStatement.class, statement, connection)
                  : result;
            }));
  }

  private void kill(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
      row.next();
      terminate.accept(row.getInt(1));
    }
    killed.incrementAndGet();
  }
}
