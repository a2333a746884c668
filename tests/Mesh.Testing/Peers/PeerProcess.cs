using System.Diagnostics;

namespace Mesh.Testing.Peers;

/// <summary>A foreign program under test control: its stdout lines are events, its output explains a failure, disposing kills it and its children.</summary>
/// <remarks>Waits go forward: each looks from behind the line that the last one returned.</remarks>
public sealed class PeerProcess : IAsyncDisposable
{
    private static readonly string[] ProxyVariables =
        ["http_proxy", "https_proxy", "grpc_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];

    private readonly Process _process;
    private readonly string _command;
    private readonly Task _stdout;
    private readonly Task _stderr;

    // Guarded by _lock; _next is where the next wait looks.
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly List<string> _errors = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _next;
    private bool _ended;
    private bool _disposed;

    private PeerProcess(Process process)
    {
        _process = process;
        _command = $"{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)}";
        _stdout = PumpAsync(process.StandardOutput, _lines, isStdout: true);
        _stderr = PumpAsync(process.StandardError, _errors, isStdout: false);
    }

    /// <summary>All stdout lines so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get { lock (_lock) { return [.. _lines]; } }
    }

    /// <summary>All stderr lines so far.</summary>
    public IReadOnlyList<string> Errors
    {
        get { lock (_lock) { return [.. _errors]; } }
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a program; proxies of the environment are removed, since peers are on the loopback.</summary>
    public static PeerProcess Start(string file, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>>? environment = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        foreach (var name in ProxyVariables)
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        return new PeerProcess(Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start."));
    }

    /// <summary>Runs a script of this folder, e.g. <c>echo_server.py</c>, with <see cref="Peer.PythonPath"/>.</summary>
    public static PeerProcess StartPython(string script, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>>? environment = null) =>
        Start(Peer.PythonPath, ["-u", ScriptPath(script), .. arguments], environment);

    /// <summary>Runs a CommonJS script of this folder; <c>require</c> finds the packages of <see cref="Peer.NodeModules"/>.</summary>
    public static PeerProcess StartNode(string script, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>>? environment = null) =>
        Start("node", [ScriptPath(script), .. arguments], [new("NODE_PATH", Peer.NodeModules), .. environment ?? []]);

    /// <summary>The next stdout line that fits; fails with the whole output when the time is up or the process ends before.</summary>
    public async Task<string> WaitForLineAsync(Func<string, bool> fits, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout ?? TimeSpan.FromSeconds(30));
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                while (_next < _lines.Count)
                {
                    if (fits(_lines[_next++]))
                    {
                        return _lines[_next - 1];
                    }
                }

                if (_ended)
                {
                    throw new InvalidOperationException($"The process ended before the expected line. {Describe()}");
                }

                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"The expected line did not come in time. {Describe()}");
            }
        }
    }

    /// <summary>The rest of the next line that starts with <paramref name="prefix"/>, e.g. the port of <c>LISTENING 50051</c>.</summary>
    public async Task<string> WaitForAsync(string prefix, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        var line = await WaitForLineAsync(line => line.StartsWith(prefix, StringComparison.Ordinal), timeout, cancellationToken);
        return line[prefix.Length..].Trim();
    }

    /// <summary>Writes one line to the program's stdin.</summary>
    public async Task SendLineAsync(string line, CancellationToken cancellationToken = default)
    {
        await _process.StandardInput.WriteLineAsync(line.AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
    }

    /// <summary>Ends the program's stdin, as the end of its parent does.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>Waits for the end and all output; fails with the output when the exit code is another one.</summary>
    public async Task WaitForExitAsync(int expectedCode = 0, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        try
        {
            await Task.WhenAll(_process.WaitForExitAsync(cancellationToken), _stdout, _stderr)
                .WaitAsync(timeout ?? TimeSpan.FromSeconds(30), TimeProvider.System, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The process did not end in time. {Describe()}");
        }

        if (_process.ExitCode != expectedCode)
        {
            throw new InvalidOperationException($"Exit code {_process.ExitCode} instead of {expectedCode}. {Describe()}");
        }
    }

    /// <summary>The command and everything it wrote, for messages.</summary>
    public string Describe()
    {
        lock (_lock)
        {
            var state = _process.HasExited ? $"exited with {_process.ExitCode}" : "running";
            return $"{_command} ({state}){Environment.NewLine}--- stdout{Environment.NewLine}{string.Join(Environment.NewLine, _lines)}"
                + $"{Environment.NewLine}--- stderr{Environment.NewLine}{string.Join(Environment.NewLine, _errors)}";
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync(CancellationToken.None);
        await Task.WhenAll(_stdout, _stderr);
        _process.Dispose();
    }

    private static string ScriptPath(string script) => Path.Combine(AppContext.BaseDirectory, "Peers", script);

    private async Task PumpAsync(StreamReader reader, List<string> into, bool isStdout)
    {
        while (await reader.ReadLineAsync(CancellationToken.None) is { } line)
        {
            lock (_lock)
            {
                into.Add(line);
                Signal();
            }
        }

        if (isStdout)
        {
            lock (_lock)
            {
                _ended = true;
                Signal();
            }
        }
    }

    private void Signal()
    {
        var changed = _changed;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }
}
