package io.reliableoutbox.consumer.inbox;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Cuts the connection at the n-th statement or commit, or right after the commit; once. */
final class CuttingDataSource extends DelegatingDataSource {
  private static final Set<String> STEPS = Set.of("prepareStatement", "commit");
  private int stepsLeft;
  private final boolean afterCommit;

  CuttingDataSource(DataSource real, int step, boolean afterCommit) {
    super(real);
    this.stepsLeft = step;
    this.afterCommit = afterCommit;
  }

  boolean hasCut() {
    return stepsLeft <= 0;
  }

  @Override
  public Connection getConnection() throws SQLException {
    Connection real = super.getConnection();
    return (Connection)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> call(real, method, arguments));
  }

  private Object call(Connection real, Method method, Object[] arguments) throws Throwable {
    boolean counts =
        afterCommit ? method.getName().equals("commit") : STEPS.contains(method.getName());
    boolean cut = counts && --stepsLeft == 0;
    try {
      if (cut && !afterCommit) {
        real.abort(Runnable::run);
      }
      Object result = method.invoke(real, arguments);
      if (cut && afterCommit) {
        real.abort(Runnable::run);
        throw new SQLException("the answer to the commit never came", "08006");
      }
      return result;
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
