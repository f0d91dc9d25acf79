using Multiprocessing.Platform.Linux;

namespace Multiprocessing.Tests.Platform.Linux;

public class NativeEnvironmentTests
{
    [Fact]
    public void A_variable_is_set_and_removed_for_managed_and_native_code()
    {
        const string name = "MULTIPROCESSING_TEST_VARIABLE";
        NativeEnvironment.Set(name, "grün");
        Assert.Equal("grün", Environment.GetEnvironmentVariable(name));
        Assert.Equal("grün", NativeEnvironment.Get(name));
        NativeEnvironment.Set(name, null);
        Assert.Null(Environment.GetEnvironmentVariable(name));
        Assert.Null(NativeEnvironment.Get(name));
    }

    [Fact]
    public void A_name_that_cannot_be_one_is_refused() => Assert.ThrowsAny<Exception>(() => NativeEnvironment.Set("A=B", "x"));
}
