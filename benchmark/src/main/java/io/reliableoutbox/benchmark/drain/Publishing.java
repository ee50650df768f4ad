package io.reliableoutbox.benchmark.drain;

import java.util.List;

/** A publisher at work. */
interface Publishing {
  /** The processes whose time is counted. */
  List<Long> pids();

  /** Fails where it has ended in failure. */
  void check();

  /** All has arrived: ends it, and fails where it did not do its work to the end. */
  void end();
}
