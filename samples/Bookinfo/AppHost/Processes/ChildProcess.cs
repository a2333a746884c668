using System.ComponentModel;
using System.Diagnostics;

namespace Bookinfo.AppHost.Processes;

/// <summary>A running program whose life is bound to this process by the pipe of its standard input.</summary>
internal sealed class ChildProcess : IDisposable
{
    private const int KeptLines = 20;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly ChildProgram _program;
    private readonly OutputRing _output = new(KeptLines);
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<string, string> _echo;

    private ChildProcess(ChildProgram program, Process process, Action<string, string> echo)
    {
        _program = program;
        _process = process;
        _echo = echo;
    }

    public string Name => _program.Name;

    public int Id { get; private set; }

    /// <summary>What the program said when it was ready. Never completes when it ends before.</summary>
    public Task<string> Ready => _ready.Task;

    /// <summary>Completes when the program has ended and all its output was read.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    public static ChildProcess Start(ChildProgram program, string dotnetHost, Action<string, string> echo)
    {
        var start = new ProcessStartInfo(dotnetHost)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add(program.Assembly);
        foreach (var argument in program.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in program.Environment)
        {
            start.Environment[name] = value;
        }

        var child = new ChildProcess(program, new Process { StartInfo = start }, echo);
        child.Run();
        return child;
    }

    /// <summary>Closes its input, which every program of the sample takes as the wish to stop; kills it when it does not.</summary>
    public async Task StopAsync()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It is gone already.
        }

        try
        {
            await Ended.WaitAsync(Grace);
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
            await Ended;
        }
    }

    /// <summary>How it ended and what it wrote last.</summary>
    public string DescribeEnd()
    {
        var lines = _output.Lines;
        var tail = lines.Count == 0 ? " It wrote nothing." : " Its last lines:\n  " + string.Join("\n  ", lines);
        return $"{Name} (process {Id}) ended with exit code {_process.ExitCode}.{tail}";
    }

    public void Dispose() => _process.Dispose();

    private void Run()
    {
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        try
        {
            _process.Start();
        }
        catch (Win32Exception exception)
        {
            throw new AppHostException($"{Name} could not be started with {_process.StartInfo.FileName}: {exception.Message}");
        }

        Id = _process.Id;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Ended = _process.WaitForExitAsync();
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        _output.Add(line);
        _echo(Name, line);
        if (!_ready.Task.IsCompleted && _program.ReadReadyLine(line) is { } said)
        {
            _ready.TrySetResult(said);
        }
    }
}
