using System.Diagnostics;
using System.Reflection;
using System.Text;

namespace Mesh.EndToEnd.Tests.Bookinfo;

/// <summary>The AppHost as a user starts it: a process with its output and its exit code.</summary>
internal sealed class AppHostProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(150);

    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly Task _errorsRead;

    private AppHostProcess(Process process)
    {
        _process = process;
        _errorsRead = ReadErrorsAsync();
    }

    public int Id => _process.Id;

    /// <summary>What it wrote for the user so far.</summary>
    public string Errors
    {
        get { lock (_errors) { return _errors.ToString(); } }
    }

    public static AppHostProcess Start(params string[] arguments) => Start(arguments, new Dictionary<string, string>());

    /// <param name="arguments">Its command line.</param>
    /// <param name="environment">Variables for it and all that it starts.</param>
    public static AppHostProcess Start(string[] arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("dotnet", [ProgramPath, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new AppHostProcess(Process.Start(start)!);
    }

    /// <summary>The next line on standard output; fails with what was told the user when it ends before.</summary>
    public async Task<string> ReadLineAsync() =>
        await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Limit, TestContext.Current.CancellationToken)
        ?? throw new InvalidOperationException($"The AppHost ended before it was ready:\n{await ErrorsAtEndAsync()}");

    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Limit, TestContext.Current.CancellationToken);
        await _errorsRead;
        return _process.ExitCode;
    }

    public void Signal(string signal) => Signals.Send(signal, Id);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signal("TERM");
            try
            {
                await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(Limit, CancellationToken.None);
            }
            catch (TimeoutException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
    }

    private static string ProgramPath => Path.GetFullPath(
        typeof(AppHostProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "Bookinfo.AppHost").Value!,
        AppContext.BaseDirectory);

    private async Task<string> ErrorsAtEndAsync()
    {
        await _errorsRead;
        return Errors;
    }

    private async Task ReadErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync(CancellationToken.None) is { } line)
        {
            lock (_errors)
            {
                _errors.AppendLine(line);
            }
        }
    }
}
