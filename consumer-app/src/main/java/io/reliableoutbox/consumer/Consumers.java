package io.reliableoutbox.consumer;

import io.reliableoutbox.consumer.rabbit.BrokerLink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * The threads: the workers, and two that look after a connection to the broker each. Dead letters
 * have one of their own: one that is too large for the client ends the connection that it comes by,
 * and nobody gives it up any more. A graceful stop takes no more deliveries, finishes and
 * acknowledges what it holds, and then leaves. If a thread dies, so does the process: whoever
 * restarts it, or another process, goes on with what it held.
 */
class Consumers implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(Consumers.class);
  // Less than what Spring waits for this phase; a batch takes milliseconds, unless the database is
  // away, and then the broker delivers it again.
  private static final Duration FINISH = Duration.ofSeconds(15);
  private final BrokerLink link;
  private final BrokerLink deadLetters;
  private final StopSignal stop;
  private final List<Thread> workers = new ArrayList<>();
  private final Thread linkThread;
  private final Thread deadLettersThread;
  private volatile boolean running;

  /** {@code workers} by the names of their threads. */
  Consumers(
      BrokerLink link,
      BrokerLink deadLetters,
      Map<String, ? extends Runnable> workers,
      StopSignal stop) {
    this.link = link;
    this.deadLetters = deadLetters;
    this.stop = stop;
    this.linkThread = thread(link, "broker-link");
    this.deadLettersThread = thread(deadLetters, "dead-letters-link");
    new TreeMap<>(workers).forEach((name, worker) -> this.workers.add(thread(worker, name)));
  }

  private static Thread thread(Runnable work, String name) {
    var thread = new Thread(work, name);
    thread.setUncaughtExceptionHandler(Consumers::died);
    return thread;
  }

  @Override
  public void start() {
    linkThread.start();
    deadLettersThread.start();
    workers.forEach(Thread::start);
    running = true;
    log.info("consuming for {}", workers.stream().map(Thread::getName).toList());
  }

  @Override
  public void stop() {
    running = false;
    try {
      link.stopConsuming(linkThread);
      deadLetters.stopConsuming(deadLettersThread);
      stop.give();
      for (Thread worker : workers) {
        worker.join(FINISH.toMillis() / workers.size());
        worker.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      link.close();
      deadLetters.close();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** {@code consuming}, or why not, in the broker's words. */
  String brokerState() {
    return link.state();
  }

  boolean isConsuming() {
    return link.isConsuming();
  }

  /** Threads that have ended although nobody stopped them; empty while all is well. */
  List<String> ended() {
    var all = new ArrayList<>(workers);
    all.add(linkThread);
    all.add(deadLettersThread);
    return all.stream()
        .filter(thread -> running && !thread.isAlive())
        .map(Thread::getName)
        .toList();
  }

  // A consumer that no longer takes anything, in a process that looks alive, is worse than a crash.
  private static void died(Thread thread, Throwable cause) {
    log.error("thread {} died, the process ends to be started again", thread.getName(), cause);
    Runtime.getRuntime().halt(3);
  }
}
