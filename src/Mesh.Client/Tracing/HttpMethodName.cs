namespace Mesh.Client.Tracing;

/// <summary>Method names as span attributes: those of RFC 9110 and PATCH, all others as <c>_OTHER</c>, so that callers do not choose names.</summary>
internal static class HttpMethodName
{
    public const string Other = "_OTHER";

    public static string Of(string method) => method switch
    {
        "GET" or "HEAD" or "POST" or "PUT" or "DELETE" or "CONNECT" or "OPTIONS" or "TRACE" or "PATCH" or "QUERY" => method,
        _ => Other,
    };

    /// <summary>The name of a span: an unknown method is <c>HTTP</c> there.</summary>
    public static string SpanNameOf(string method) => Of(method) is var known && known == Other ? "HTTP" : known;
}
