using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;
using Mesh.Config;
using Mesh.Config.Admission;

namespace Mesh.Cli.Commands.Analysis;

/// <summary>Gathers what validation found in all texts, and writes it.</summary>
internal sealed class ValidationReport(Terminal terminal, OutputFormat format)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<(string File, ReadDocument Document)> _documents = [];

    public void Add(string file, ReadText text) => _documents.AddRange(text.Documents.Select(document => (file, document)));

    /// <summary>Writes all and says with which code to end.</summary>
    public int Write()
    {
        if (format is OutputFormat.Json or OutputFormat.Yaml)
        {
            var array = new JsonArray([.. _documents.Select(entry => Json(entry.File, entry.Document))]);
            terminal.Out.WriteLine(format == OutputFormat.Json ? array.ToJsonString(Indented) : YamlText.Of(array).TrimEnd());
        }
        else
        {
            WriteLines();
        }

        return _documents.Any(entry => !entry.Document.IsReadable) ? ExitCode.BadFile
            : _documents.Any(entry => entry.Document.Rejected) ? ExitCode.Failure
            : ExitCode.Fine;
    }

    private static JsonObject Json(string file, ReadDocument document) => new()
    {
        ["file"] = file,
        ["document"] = document.Number,
        ["kind"] = document.Kind,
        ["name"] = document.Name,
        ["valid"] = !document.Rejected,
        ["errors"] = Texts(document, FindingSeverity.Error),
        ["warnings"] = Texts(document, FindingSeverity.Warning),
    };

    private static JsonArray Texts(ReadDocument document, FindingSeverity severity) =>
        new([.. document.Findings.Where(finding => finding.Severity == severity).Select(finding => (JsonNode)Text(finding))]);

    private static string Text(ResourceFinding finding) =>
        string.Join(": ", new[] { finding.Origin?.ToString(), finding.Path, finding.Message }.Where(part => !string.IsNullOrEmpty(part)));

    private void WriteLines()
    {
        foreach (var (file, document) in _documents)
        {
            var name = document.Kind.Length == 0 ? $"document {document.Number}" : $"{document.Kind} {document.Name}";
            terminal.Out.WriteLine(Terminal.Safe($"{file}: {name}: {(document.Rejected ? "invalid" : "valid")}"));
            foreach (var finding in document.Findings.Where(finding => finding.Severity != FindingSeverity.Information))
            {
                terminal.Out.WriteLine(Terminal.Safe($"  {(finding.Severity == FindingSeverity.Error ? "error" : "warning")}: {Text(finding)}"));
            }
        }

        var rejected = _documents.Count(entry => entry.Document.Rejected);
        terminal.Error.WriteLine($"{_documents.Count - rejected} valid, {rejected} invalid.");
    }
}
