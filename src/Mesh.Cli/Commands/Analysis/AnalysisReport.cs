using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;
using Mesh.Config;
using Mesh.Config.Analysis;

namespace Mesh.Cli.Commands.Analysis;

/// <summary>Writes what analysis found: messages to one side, words about them to the other, both as istioctl does.</summary>
internal sealed class AnalysisReport(Terminal terminal, OutputFormat format, bool isColored)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private bool IsLog => format is not (OutputFormat.Json or OutputFormat.Yaml);

    public static void WriteAnalyzers(TextWriter output)
    {
        foreach (var analyzer in AnalyzerCatalog.All.OrderBy(analyzer => analyzer.Name, StringComparer.Ordinal))
        {
            output.WriteLine($"* {analyzer.Name}:\n    {analyzer.Description}");
        }
    }

    public void WarnOfUnknownCode(string code)
    {
        if (Messages.Find(code) is null)
        {
            terminal.Error.WriteLine($"Warning: Supplied message code '{code}' is an unknown message code and will not have any effect.");
        }
    }

    public void WriteExecuted(AnalysisOptions options, string target)
    {
        terminal.Error.WriteLine($"Analyzed resources in {target}\nExecuted analyzers:");
        foreach (var analyzer in options.Analyzers)
        {
            terminal.Error.WriteLine($"\t{analyzer.Name}");
        }
    }

    public void WriteUnreadable(IReadOnlyList<ResourceFinding> findings)
    {
        foreach (var finding in findings)
        {
            terminal.Error.WriteLine(Terminal.Safe(finding.ToString()));
        }
    }

    public void WriteMessages(ImmutableArray<AnalysisMessage> messages, string target)
    {
        if (!IsLog)
        {
            var array = new JsonArray([.. messages.Select(Json)]);
            terminal.Out.WriteLine(format == OutputFormat.Json ? array.ToJsonString(Indented) : YamlText.Of(array).TrimEnd());
            return;
        }

        foreach (var message in messages)
        {
            terminal.Out.WriteLine(Line(message));
        }

        if (messages.IsEmpty)
        {
            terminal.Error.WriteLine($"\n\u2714 No validation issues found when analyzing {target}.");
        }
    }

    public void WriteFailure(string target)
    {
        if (IsLog)
        {
            terminal.Error.WriteLine($"Error: Analyzers found issues when analyzing {target}.\nSee {MessageKind.Pages.TrimEnd('/')} for more information about causes and resolutions.");
        }
    }

    private static JsonObject Json(AnalysisMessage message) => new()
    {
        ["code"] = message.Kind.Code,
        ["level"] = message.Kind.Level.ToString(),
        ["message"] = message.Text,
        ["origin"] = message.Origin,
        ["reference"] = message.Reference,
        ["documentationUrl"] = message.Kind.DocumentationUrl,
    };

    private string Line(AnalysisMessage message)
    {
        var text = Terminal.Safe(message.ToString());
        var level = message.Kind.Level.ToString();
        var color = message.Kind.Level switch
        {
            _ when !isColored => null,
            MessageLevel.Error => "\e[1;31m",
            MessageLevel.Warning => "\e[33m",
            _ => null,
        };
        return color is null ? text : $"{color}{level}\e[0m{text[level.Length..]}";
    }
}
