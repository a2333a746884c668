namespace Bookinfo.ProductPage.Pages;

/// <summary>The first page: what the sample consists of, and the way to the book.</summary>
internal static class StartPage
{
    public static Html Render(ServiceTree services) => Layout.Render(Html.Empty, Html.Of($"""
            <h1>Hello! This is a simple bookstore application consisting of four services</h1>
            {Table(services)}
            <p>Click on one of the links below to see the page of the book.</p>
            <p class="links">
              <a href="/productpage?u=normal">Normal user</a>
              <a href="/productpage?u=test">Test user</a>
            </p>
        """));

    private static Html Table(ServiceTree service) => Html.Of($"""
        <table class="services">
          <tr><th>name</th><td>{service.Name}</td></tr>
          <tr><th>endpoint</th><td>{service.Endpoint}</td></tr>
          <tr><th>children</th><td>{Html.Join(service.Children.Select(Table))}</td></tr>
        </table>
        """);
}
