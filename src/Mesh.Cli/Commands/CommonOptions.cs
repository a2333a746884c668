using System.CommandLine;

namespace Mesh.Cli.Commands;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    public static Option<string?> Namespace(string description = "Only of this namespace.") => new("--namespace", "-n") { Description = description, HelpName = "NAMESPACE" };

    public static Option<string?> Lifetime(string fallback) => new("--ttl")
    {
        Description = $"How long it is good: a number and s, m, h or d. Default: {fallback}.",
        HelpName = "TIME",
        Validators =
        {
            result =>
            {
                if (result.Tokens is [{ } token] && LifetimeText.TryParse(token.Value) is null)
                {
                    result.AddError($"--ttl: expected a number and s, m, h or d such as 30m, got '{token.Value}'.");
                }
            },
        },
    };
}
