using System.Diagnostics;

namespace Bookinfo.AppHost;

/// <summary>Tells the user what happens, one line a step.</summary>
internal sealed class Progress(TextWriter output)
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Lock _lock = new();

    public void Say(string who, string what) => Write($"{_watch.Elapsed.TotalSeconds,6:0.0} s  {who,-15} {what}");

    /// <summary>A line that a process wrote.</summary>
    public void Echo(string who, string line) => Write($"[{who}] {line}");

    public void Fail(string message) => Write("error: " + message);

    private void Write(string line)
    {
        lock (_lock)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }
}
