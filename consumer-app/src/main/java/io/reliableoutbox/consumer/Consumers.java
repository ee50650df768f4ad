package io.reliableoutbox.consumer;

import io.reliableoutbox.consumer.inbox.InboxWorker;
import io.reliableoutbox.consumer.rabbit.BrokerLink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * The threads: one a consumer, and one that looks after the broker. A graceful stop takes no more
 * deliveries, finishes and acknowledges what it holds, and then leaves.
 */
class Consumers implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(Consumers.class);
  // Less than what Spring waits for this phase; a batch takes milliseconds, unless the database is
  // away, and then the broker delivers it again.
  private static final Duration FINISH = Duration.ofSeconds(15);
  private final BrokerLink link;
  private final Map<String, InboxWorker> workers;
  private final StopSignal stop;
  private final List<Thread> threads = new ArrayList<>();
  private final Thread linkThread;
  private volatile boolean running;

  Consumers(BrokerLink link, Map<String, InboxWorker> workers, StopSignal stop) {
    this.link = link;
    this.workers = Map.copyOf(workers);
    this.stop = stop;
    this.linkThread = new Thread(link, "broker-link");
    workers.forEach((consumer, worker) -> threads.add(new Thread(worker, consumer)));
  }

  @Override
  public void start() {
    linkThread.start();
    threads.forEach(Thread::start);
    running = true;
    log.info("consuming for {}", workers.keySet());
  }

  @Override
  public void stop() {
    running = false;
    try {
      link.stopConsuming(linkThread);
      stop.give();
      for (Thread thread : threads) {
        thread.join(FINISH.toMillis() / threads.size());
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      link.close();
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

  /** The threads that died against their will, each with its reason; empty while all is well. */
  List<String> deaths() {
    Stream<String> ended =
        Stream.concat(Stream.of(linkThread), threads.stream())
            .filter(thread -> running && !thread.isAlive())
            .map(thread -> thread.getName() + " has ended");
    Stream<String> died =
        workers.values().stream().map(InboxWorker::death).filter(Objects::nonNull);
    return Stream.concat(ended, died).toList();
  }
}
