using System.Diagnostics;
using Mesh.Client.Propagation;

namespace Mesh.Client.Pipeline;

/// <summary>Stage: carries the headers of the request being served on to the mesh; what the application set itself stays.</summary>
internal static class HeaderPropagation
{
    public static void Apply(HttpRequestMessage request, CallContext context)
    {
        foreach (var (name, value) in context.Headers)
        {
            if (!request.Headers.NonValidated.Contains(name) && !IsWrittenByHttpClient(name))
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
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
            if (request.Headers.NonValidated.TryGetValues(name, out var values) && values.ToString() == value)
            {
                request.Headers.Remove(name);
            }
        }
    }

    // With a current activity HttpClient writes these itself, as children of that activity.
    private static bool IsWrittenByHttpClient(string name) =>
        name is "traceparent" or "tracestate" && Activity.Current is not null;
}
