namespace Mesh.Server.Tests.Transport;

/// <summary>Ends what waits for a connection that does not do what it should: a test fails then, and does not hang.</summary>
internal static class TestLimit
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static CancellationToken Token
    {
        get
        {
            var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(Limit);
            return limit.Token;
        }
    }
}
