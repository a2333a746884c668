using Mesh.Client.Propagation;
using Mesh.Client.Propagation.Traces;

namespace Mesh.Client.Pipeline;

/// <summary>Stage: carries the headers of the request being served on to the mesh; what the application set itself stays.</summary>
internal static class HeaderPropagation
{
    public static void Apply(HttpRequestMessage request, CallContext context)
    {
        var activity = LiveActivity.Current;
        foreach (var (name, value) in context.Headers)
        {
            if (request.Headers.NonValidated.Contains(name))
            {
                continue;
            }

            if (activity is null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
            else if (name is TraceHeaders.Baggage)
            {
                request.Headers.TryAddWithoutValidation(name, BaggageHeader.Merge(value, activity));
            }
            else if (!IsWrittenByHttpClient(name))
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }
    }

    /// <summary>Gives a call that is made for no request an id of its own, as a proxy beside it would.</summary>
    public static void Identify(HttpRequestMessage request, RequestIds ids)
    {
        if (!request.Headers.NonValidated.Contains(RequestIds.Header))
        {
            request.Headers.TryAddWithoutValidation(RequestIds.Header, ids.New());
        }
    }

    /// <summary>Takes off again what <see cref="Apply"/> added, before the request can go elsewhere.</summary>
    public static void Withdraw(HttpRequestMessage request)
    {
        if (CallContext.Current is not { } current)
        {
            return;
        }

        foreach (var (name, value) in current.Headers)
        {
            if (request.Headers.NonValidated.TryGetValues(name, out var values) && (values.ToString() == value || name is TraceHeaders.Baggage || TraceHeaders.Is(name)))
            {
                request.Headers.Remove(name);
            }
        }
    }

    // With a span of the application's own HttpClient writes these itself, as children of that span.
    private static bool IsWrittenByHttpClient(string name) => name is TraceHeaders.Parent or TraceHeaders.State;
}
