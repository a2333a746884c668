using System.Text.Json;

namespace Mesh.Client.Routing;

/// <summary>A request as matchers see it: the message, and its escaped path split from the query.</summary>
internal ref struct RequestView
{
    // Routes of one host mostly ask for the same header: the last answer is kept.
    private string? _lastName;
    private string? _lastValue;

    public RequestView(HttpRequestMessage message)
    {
        Message = message;
        // The connection writes this very string into the request line, so nothing is made that is not needed anyway.
        PathAndQuery = message.RequestUri!.PathAndQuery;
        var path = PathAndQuery.AsSpan();
        var query = path.IndexOf('?');
        Path = query < 0 ? path : path[..query];
        Query = query < 0 ? [] : path[(query + 1)..];
    }

    public HttpRequestMessage Message { get; }

    public string PathAndQuery { get; }

    /// <summary>Of the verified token that the request is made for; null without one.</summary>
    public JsonElement? Claims { get; init; }

    public ReadOnlySpan<char> Path { get; }

    /// <summary>Without the question mark.</summary>
    public ReadOnlySpan<char> Query { get; }

    /// <summary>The value of a header or pseudo header; several are joined by a comma (Envoy). Null when it is not there.</summary>
    public string? FindHeader(string name)
    {
        if (!string.Equals(name, _lastName))
        {
            (_lastName, _lastValue) = (name, RequestHeaderValue.Find(this, name));
        }

        return _lastValue;
    }
}
