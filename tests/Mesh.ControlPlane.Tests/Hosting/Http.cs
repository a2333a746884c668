namespace Mesh.ControlPlane.Tests.Hosting;

/// <summary>Plain requests of tests.</summary>
internal static class Http
{
    private static readonly HttpClient Client = new(new SocketsHttpHandler { UseProxy = false });

    public static async Task<string> GetAsync(Uri address)
    {
        using var response = await Client.GetAsync(address, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
