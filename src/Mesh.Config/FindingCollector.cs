using System.Collections.Immutable;

namespace Mesh.Config;

/// <summary>Gathers everything there is to say about one document and finds the line of each field; bounded, so that garbage cannot flood it.</summary>
internal sealed class FindingCollector(string file)
{
    /// <summary>More than anyone repairs in one go.</summary>
    public const int Limit = 100;

    private readonly Dictionary<string, ResourceOrigin> _positions = new(StringComparer.Ordinal);
    private readonly List<ResourceFinding> _findings = [];
    private readonly List<string> _broken = [];
    private bool _hidesConsequences;

    /// <summary>Set once the name of the resource is known; stands in every finding.</summary>
    public string Subject { get; set; } = "";

    public bool HasErrors { get; private set; }

    public IEnumerable<ResourceFinding> Findings => _findings.Select(finding => finding with { Subject = Subject });

    /// <summary>Remembers where a field stands in the text.</summary>
    public void Locate(string path, int line, int column) => _positions[path] = new ResourceOrigin(file, line, column);

    /// <summary>Whether the field itself is in the text, be it empty.</summary>
    public bool IsWritten(string path) => _positions.ContainsKey(path);

    public void Error(string path, string message) => Add(FindingSeverity.Error, path, message);

    /// <summary>An error that an API may be asked to forgive: a field that the schema does not have.</summary>
    public void Unknown(string path, string message) => Add(FindingSeverity.Error, path, message, isUnknownField: true);

    /// <param name="path">The field.</param>
    /// <param name="message">What to do.</param>
    /// <param name="code">Istio's code of it, where analysis has one of its own.</param>
    public void Warning(string path, string message, string? code = null) => Add(FindingSeverity.Warning, path, message, code);

    public void Information(string path, string message) => Add(FindingSeverity.Information, path, message);

    /// <summary>Where a field stands; for a field that is absent, where its nearest parent stands.</summary>
    public ResourceOrigin Position(string path)
    {
        while (path.Length > 0)
        {
            if (_positions.TryGetValue(path, out var found))
            {
                return found;
            }

            path = path[..Math.Max(path.LastIndexOfAny(['.', '[']), 0)];
        }

        return _positions.GetValueOrDefault("") ?? new ResourceOrigin(file, 0);
    }

    public ImmutableArray<ResourceFinding> ToImmutable() => [.. Findings];

    /// <summary>
    /// From here on leaves out what follows from values that could not be read: findings about such a field and about what is around it.
    /// </summary>
    public void HideConsequences()
    {
        _broken.AddRange(_findings.Where(finding => finding is { Severity: FindingSeverity.Error, IsUnknownField: false }).Select(finding => finding.Path));
        _hidesConsequences = _broken.Count > 0;
    }

    private void Add(FindingSeverity severity, string path, string message, string? code = null, bool isUnknownField = false)
    {
        if (_hidesConsequences && _broken.Exists(broken => Follows(path, broken)))
        {
            return;
        }

        HasErrors |= severity == FindingSeverity.Error;
        if (_findings.Count < Limit)
        {
            _findings.Add(new ResourceFinding(severity, path, message, Position(path)) { IsUnknownField = isUnknownField, Code = code });
        }
        else if (_findings.Count == Limit)
        {
            _findings.Add(new ResourceFinding(severity, "", $"more than {Limit} findings; the rest is left out", Position("")));
        }
    }

    private static bool Follows(string path, string broken) => IsWithin(path, broken) || IsWithin(broken, path);

    private static bool IsWithin(string path, string outer) =>
        outer.Length == 0 || path == outer || (path.StartsWith(outer, StringComparison.Ordinal) && path[outer.Length] is '.' or '[');
}
