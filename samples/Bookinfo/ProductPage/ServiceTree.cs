namespace Bookinfo.ProductPage;

/// <summary>Which service calls which, for the start page.</summary>
internal sealed record ServiceTree(string Name, string Endpoint, IReadOnlyList<ServiceTree> Children)
{
    public static ServiceTree From(IConfiguration configuration)
    {
        ServiceTree Of(string service, params ServiceTree[] children) =>
            new(BackendAddress.Of(service, configuration).GetLeftPart(UriPartial.Authority), service, children);

        return Of("productpage", Of("details"), Of("reviews", Of("ratings")));
    }
}
