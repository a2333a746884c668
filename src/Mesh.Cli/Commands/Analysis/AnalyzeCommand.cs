using System.CommandLine;
using Mesh.Cli.Connection;
using Mesh.Config.Analysis;
using Mesh.Config.Yaml;

namespace Mesh.Cli.Commands.Analysis;

/// <summary><c>meshctl analyze</c>: what Istio's analyzers say of the live mesh, and of resources before anybody applies them.</summary>
internal static class AnalyzeCommand
{
    public static Command Create(CommandRunner run)
    {
        var symbols = new AnalyzeSymbols();
        return run.Local("analyze", "Finds what is valid by itself and still wrong: references to nothing, rules that never apply, conflicts.", symbols.All, async (parsed, context, cancellationToken) =>
        {
            if (parsed.GetValue(symbols.ListsAnalyzers))
            {
                AnalysisReport.WriteAnalyzers(run.Terminal.Out);
                return ExitCode.Fine;
            }

            var report = new AnalysisReport(run.Terminal, run.Format(parsed), parsed.GetValue(symbols.Color) ?? run.Terminal.IsColored);
            var options = Options(parsed, symbols, report);
            var reader = await ReadAsync(parsed, symbols, run, context, cancellationToken);
            var messages = ConfigAnalysis.Run(Snapshot(reader), options, cancellationToken);
            if (parsed.GetValue(symbols.IsVerbose))
            {
                report.WriteExecuted(options, Target(parsed, symbols));
            }

            var unreadable = parsed.GetValue(symbols.IgnoresUnknown) ? [] : reader.Unreadable;
            report.WriteUnreadable(unreadable);
            report.WriteMessages([.. messages.Where(message => message.Kind.Level >= parsed.GetValue(symbols.OutputThreshold))], Target(parsed, symbols));
            if (messages.Any(message => message.Kind.Level >= parsed.GetValue(symbols.FailureThreshold)))
            {
                report.WriteFailure(Target(parsed, symbols));
                return ExitCode.Issues;
            }

            return unreadable.Count > 0 ? ExitCode.BadFile : ExitCode.Fine;
        });
    }

    private static AnalysisOptions Options(ParseResult parsed, AnalyzeSymbols symbols, AnalysisReport report)
    {
        var options = new AnalysisOptions
        {
            Namespace = parsed.GetValue(symbols.AllNamespaces) ? null : parsed.GetValue(symbols.Namespace),
            Suppressions = [.. (parsed.GetValue(symbols.Suppressions) ?? []).Select(text => SuppressionOf(text, report))],
        };
        return parsed.GetValue(symbols.Analyzers) is { Length: > 0 } names ? options with { Analyzers = [.. names.Select(AnalyzerOf)] } : options;
    }

    private static IAnalyzer AnalyzerOf(string name) =>
        AnalyzerCatalog.Find(name) ?? throw new CommandException($"--analyzer: there is no '{name}'; see meshctl analyze --list-analyzers.", ExitCode.Usage);

    private static Suppression SuppressionOf(string text, AnalysisReport report)
    {
        var suppression = Suppression.Parse(text)
            ?? throw new CommandException($"--suppress: expected a code and a resource such as \"IST0103=Pod my-pod.default\", got '{text}'.", ExitCode.Usage);
        report.WarnOfUnknownCode(suppression.Code);
        return suppression;
    }

    private static async Task<AnalysisReader> ReadAsync(ParseResult parsed, AnalyzeSymbols symbols, CommandRunner run, ControlPlaneContext context, CancellationToken cancellationToken)
    {
        var (paths, isLive) = (parsed.GetValue(symbols.Paths) ?? [], symbols.IsLive(parsed));
        if (paths.Length == 0 && !isLive)
        {
            throw new CommandException("expected files or folders to analyze, - for what is piped in, or nothing without --use-kube=false for the live mesh. See meshctl analyze --help.", ExitCode.Usage);
        }

        // What is applied without a namespace goes to the one that is asked for: in a mesh that is a real one.
        var reader = new AnalysisReader((parsed.GetValue(symbols.AllNamespaces) ? null : parsed.GetValue(symbols.Namespace)) ?? (isLive ? context.Namespace : ""));
        if (isLive)
        {
            await CommandRunner.WithApiAsync(context, api => new LiveMesh(api, run.Terminal).AddToAsync(reader, cancellationToken), cancellationToken);
        }

        foreach (var text in await InputTexts.ReadAsync(paths, run.Terminal, cancellationToken))
        {
            reader.AddText(text.Text, text.File);
        }

        foreach (var (cluster, path) in (parsed.GetValue(symbols.Clusters) ?? []).Select(Cluster))
        {
            foreach (var text in await InputTexts.ReadAsync([path], run.Terminal, cancellationToken))
            {
                reader.AddText(text.Text, text.File, cluster);
            }
        }

        if (parsed.GetValue(symbols.MeshConfigFile) is { } config)
        {
            reader.UseConfig(await InputTexts.ReadFileAsync(config, cancellationToken));
        }

        if (parsed.GetValue(symbols.MeshNetworksFile) is { } networks)
        {
            reader.UseNetworks(await InputTexts.ReadFileAsync(networks, cancellationToken));
        }

        return reader;
    }

    private static (string Name, string Path) Cluster(string text) =>
        text.Split('=', 2) is [{ Length: > 0 } name, { Length: > 0 } path]
            ? (name, path)
            : throw new CommandException($"--cluster: expected a name and a path such as west=manifests/west, got '{text}'.", ExitCode.Usage);

    private static AnalysisSnapshot Snapshot(AnalysisReader reader)
    {
        try
        {
            return reader.ToSnapshot(addsIngress: true);
        }
        catch (YamlFormatException exception)
        {
            throw new CommandException($"the mesh configuration is not readable as YAML: {exception.Message}", ExitCode.BadFile, exception);
        }
    }

    private static string Target(ParseResult parsed, AnalyzeSymbols symbols) =>
        parsed.GetValue(symbols.AllNamespaces) ? "all namespaces"
        : parsed.GetValue(symbols.Namespace) is { } ns ? $"namespace: {ns}"
        : parsed.GetValue(symbols.Paths) is not { Length: > 0 } ? "all namespaces"
        : string.Join(", ", parsed.GetValue(symbols.Paths) ?? []);
}
