using System.Collections.Immutable;

namespace Mesh.Config.Analysis;

/// <summary>What an analyzer works on, and where it reports.</summary>
internal sealed class AnalysisContext(AnalysisSnapshot snapshot, TimeProvider clock)
{
    private readonly List<AnalysisMessage> _messages = [];

    public AnalysisSnapshot Snapshot => snapshot;

    public TimeProvider Clock => clock;

    public IReadOnlyList<AnalysisMessage> Messages => _messages;

    public ImmutableArray<AnalysisResource> All(KindName kind) => snapshot.All(kind);

    /// <summary>Reports at the line of the resource.</summary>
    public void Report(MessageKind kind, AnalysisResource resource, params ReadOnlySpan<object> arguments) =>
        ReportAt(0, kind, resource, arguments);

    /// <summary>Reports at the line of a field; 0 is the line of the resource.</summary>
    public void ReportAt(int line, MessageKind kind, AnalysisResource resource, params ReadOnlySpan<object> arguments) =>
        _messages.Add(new AnalysisMessage(kind, resource, MessageText.Format(kind.Template, arguments), line));

    /// <summary>Reports a text that is complete.</summary>
    public void ReportText(int line, MessageKind kind, AnalysisResource resource, string text) =>
        _messages.Add(new AnalysisMessage(kind, resource, text, line));
}
