using System.Collections.Concurrent;

namespace Mesh.Client.Metrics;

/// <summary>Names of gRPC's metrics: statuses in words, and methods, of which only a bounded number is told apart (gRFC A66 leaves that to the library).</summary>
internal sealed class GrpcNames
{
    /// <summary>Methods that come later are <c>other</c>: a caller may ask for any.</summary>
    public const int MaxMethods = 200;

    private const string Other = "other";

    private static readonly string[] Statuses =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ];

    private readonly ConcurrentDictionary<string, string> _methods = new(StringComparer.Ordinal);

    public static string Status(int status) => status >= 0 && status < Statuses.Length ? Statuses[status] : "UNKNOWN";

    /// <param name="path">Of the request: <c>/package.Service/Method</c>.</param>
    public string Method(string path) =>
        _methods.TryGetValue(path, out var known) ? known
        : _methods.Count >= MaxMethods ? Other
        : _methods.GetOrAdd(path, path.TrimStart('/'));
}
