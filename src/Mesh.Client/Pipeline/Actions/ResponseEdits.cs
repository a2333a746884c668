using Mesh.Client.Model;

namespace Mesh.Client.Pipeline.Actions;

/// <summary>Stage: what becomes of the headers of a response, an endpoint's or the mesh's own (Envoy edits local replies of a route too).</summary>
internal sealed class ResponseEdits
{
    private readonly HeaderEditor _headers;
    private readonly ProcessFacts _facts;

    private ResponseEdits(HeaderEditor headers, ProcessFacts facts) => (_headers, _facts) = (headers, facts);

    /// <summary>Whether the start of the call has to be known.</summary>
    public bool UsesTime => _headers.UsesTime;

    /// <summary>Null when responses stay as they are.</summary>
    public static ResponseEdits? Compile(IEnumerable<HeaderEdits> levels, ProcessFacts facts) =>
        HeaderEditor.Compile(levels) is { } headers ? new ResponseEdits(headers, facts) : null;

    /// <summary>Done to every response of a call whose route is known.</summary>
    public static HttpResponseMessage Apply(OutboundCall call, HttpResponseMessage response)
    {
        // The copy that went over the wire is nobody's business.
        response.RequestMessage = call.Request;
        call.Target?.ResponseEdits?.Apply(response, call);
        return response;
    }

    private void Apply(HttpResponseMessage response, OutboundCall call) =>
        _headers.Apply(new MessageHeaders(response.Headers, response.Content.Headers), new CallValues(call, response, _facts));
}
