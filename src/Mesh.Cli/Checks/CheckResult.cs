namespace Mesh.Cli.Checks;

/// <summary>A check with what it found.</summary>
internal sealed record CheckResult(string Category, Check Check, string? Problem)
{
    /// <summary>linkerd's words: <c>success</c>, <c>warning</c> or <c>error</c>.</summary>
    public string Word => Problem is null ? "success" : Check.IsWarning ? "warning" : "error";
}
