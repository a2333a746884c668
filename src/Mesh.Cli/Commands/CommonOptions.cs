using System.CommandLine;

namespace Mesh.Cli.Commands;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    public static Option<string?> Namespace(string description = "Only of this namespace.") => new("--namespace", "-n") { Description = description, HelpName = "NAMESPACE" };

    public static Option<bool> AllNamespaces(string description = "Of all namespaces.") => new("--all-namespaces", "-A") { Description = description };

    public static Option<string?> Selector() => new("--selector", "-l")
    {
        Description = "Only with these labels: key=value, key!=value, key, !key, 'key in (a,b)' or 'key notin (a,b)', joined by commas.",
        HelpName = "LABELS",
    };

    public static Option<string?> Lifetime(string fallback) => Time("--ttl", $"How long it is good: a number and s, m, h or d. Default: {fallback}.");

    /// <summary>An option that takes a time.</summary>
    public static Option<string?> Time(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        Validators =
        {
            result =>
            {
                if (result.Tokens is [{ } token] && LifetimeText.TryParse(token.Value) is null)
                {
                    result.AddError($"{name}: expected a number and s, m, h or d such as 30m, got '{token.Value}'.");
                }
            },
        },
    };
}
