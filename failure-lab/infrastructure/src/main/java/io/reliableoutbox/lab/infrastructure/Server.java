package io.reliableoutbox.lab.infrastructure;

/**
 * A database or broker that can be broken on purpose. It keeps its address and its data from one
 * {@link #start} to the next (the embedded broker keeps no data: see {@link
 * BrokerServer#realRabbit}), and all of it is gone after {@link #close}.
 *
 * <p>Each call returns when what it asks for is the case: after {@link #start} the server answers,
 * after {@link #kill} it is dead. Safe for use by several threads, one operation at a time.
 */
public interface Server extends AutoCloseable {
  /** What is running and how, for people: {@code RabbitMQ 3.10.8 (installed)}. */
  default String label() {
    return product() + " " + version() + " (" + kind() + ")";
  }

  String product();

  /** {@code embedded}, {@code installed} or {@code docker}. */
  String kind();

  String version();

  HostPort address();

  /** The process that {@link #kill} kills, 0 while there is none. */
  long pid();

  boolean running();

  /** Starts it again after {@link #stop} or {@link #kill}. */
  void start();

  /** Ends it as an administrator would. */
  void stop();

  /** Ends it with SIGKILL, all its processes at once, as a power cut would. */
  void kill();

  /** Freezes it: connections stay open and nothing answers. */
  void pause();

  void resume();

  /** Ends it, running or not, and removes its files. */
  @Override
  void close();
}
