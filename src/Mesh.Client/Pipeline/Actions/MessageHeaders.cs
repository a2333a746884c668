using System.Net.Http.Headers;

namespace Mesh.Client.Pipeline.Actions;

/// <summary>The headers of a message as one list, which .NET keeps in two.</summary>
internal readonly struct MessageHeaders(HttpHeaders headers, HttpHeaders? content)
{
    public bool Contains(string name) => Of(name)?.NonValidated.Contains(name) == true;

    public void Remove(string name) => Of(name)?.Remove(name);

    /// <summary>A header of the body goes nowhere when the message has none.</summary>
    public void Add(string name, string value) => Of(name)?.TryAddWithoutValidation(name, value);

    public void Set(string name, string value)
    {
        Remove(name);
        Add(name, value);
    }

    private HttpHeaders? Of(string name) => HeaderNames.IsContent(name) ? content : headers;
}
