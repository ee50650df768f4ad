package io.reliableoutbox.lab.proxy;

/** Threads that don't keep the lab alive. */
final class Threads {
  private Threads() {}

  static void start(String name, Runnable work) {
    var thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }
}
