using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Mesh.Testing.Logging;

/// <summary>Keeps every log entry of a test; disposing fails the test on an unexpected Warning or Error.</summary>
public sealed class LogCollector : ILoggerFactory, ILoggerProvider
{
    // What they tell is of the machine that the tests run on: all of a process share one pool.
    private static readonly string[] s_machine = ["ThreadPoolStarved", "ThreadPoolExhausted"];

    private readonly ConcurrentQueue<LogEntry> _entries = new();
    private readonly ConcurrentDictionary<string, bool> _expected = new(StringComparer.Ordinal);

    public IReadOnlyCollection<LogEntry> Entries => _entries;

    /// <summary>Lets an event of Warning or Error pass, by its event name.</summary>
    public LogCollector Expect(string eventName)
    {
        _expected[eventName] = true;
        return this;
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void AddProvider(ILoggerProvider provider)
    {
    }

    /// <summary>The collector as a provider that a host may dispose without ending the test.</summary>
    public ILoggerProvider AsProvider() => new Provider(this);

    /// <summary>Throws with all unexpected entries of Warning and above that the mesh itself wrote.</summary>
    public void VerifyNoUnexpected()
    {
        var unexpected = _entries.Where(IsUnexpected).ToArray();
        if (unexpected.Length > 0)
        {
            throw new InvalidOperationException(
                "Unexpected log entries:" + Environment.NewLine + string.Join(Environment.NewLine, unexpected.AsEnumerable()));
        }
    }

    public void Dispose() => VerifyNoUnexpected();

    private bool IsUnexpected(LogEntry entry) =>
        entry.Level >= LogLevel.Warning
        && entry.Category.StartsWith("Mesh", StringComparison.Ordinal)
        && !_expected.ContainsKey(entry.EventName ?? "")
        && !s_machine.Contains(entry.EventName, StringComparer.Ordinal);

    private sealed class Provider(LogCollector owner) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => owner.CreateLogger(categoryName);

        public void Dispose()
        {
        }
    }

    private sealed class Logger(LogCollector owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            owner._entries.Enqueue(new LogEntry(logLevel, category, eventId.Name, formatter(state, exception), exception));
    }
}
