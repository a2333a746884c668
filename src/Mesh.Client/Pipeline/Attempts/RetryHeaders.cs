using System.Globalization;
using Mesh.Client.Model;
using Mesh.Client.Routing;

namespace Mesh.Client.Pipeline.Attempts;

/// <summary>The header conditions of a retry policy, ready to be tested.</summary>
internal sealed class RetryHeaders(RetryPolicy policy)
{
    private readonly HeaderMatcher[] _request = [.. policy.RequestHeaders.Select(match => new HeaderMatcher(match))];
    private readonly HeaderMatcher[] _response = [.. policy.ResponseHeaders.Select(match => new HeaderMatcher(match))];

    /// <summary>Whether a response that is no failure can be one to repeat, too.</summary>
    public bool LooksAtEveryResponse { get; } = policy.ResponseHeaders.Length > 0 || policy.StatusCodes.Any(code => code < 400);

    public bool Allow(HttpRequestMessage request)
    {
        if (_request.Length == 0)
        {
            return true;
        }

        var view = new RequestView(request);
        foreach (var matcher in _request)
        {
            if (matcher.Matches(ref view))
            {
                return true;
            }
        }

        return false;
    }

    public bool Match(HttpResponseMessage response) =>
        Array.Exists(_response, matcher => matcher.Matches(Find(response, matcher.Name)));

    private static string? Find(HttpResponseMessage response, string name)
    {
        if (name == ":status")
        {
            return ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        }

        return response.Headers.NonValidated.TryGetValues(name, out var values) || response.Content.Headers.NonValidated.TryGetValues(name, out values)
            ? string.Join(',', values)
            : null;
    }
}
