//! Buckets: made, found, listed, deleted.

use expect_test::expect;

use super::script::{Script, check};

#[test]
fn a_bucket_is_made_where_it_is_wanted() {
    check(
        r#"
        CreateBucket {"Bucket":"first"}
        HeadBucket {"Bucket":"first"}
        GetBucketLocation {"Bucket":"first"}
        CreateBucket {"Bucket":"west","CreateBucketConfiguration":{"LocationConstraint":"eu-west-1"}}
        GetBucketLocation {"Bucket":"west"}
        CreateBucket {"Bucket":"old","CreateBucketConfiguration":{"LocationConstraint":"EU"}}
        GetBucketLocation {"Bucket":"old"}
        CreateBucket {"Bucket":"named","CreateBucketConfiguration":{"LocationConstraint":"us-east-1"}}
        CreateBucket {"Bucket":"nowhere","CreateBucketConfiguration":{"LocationConstraint":"mars"}}
        in eu-central-1
        CreateBucket {"Bucket":"here"}
        CreateBucket {"Bucket":"here","CreateBucketConfiguration":{"LocationConstraint":"eu-west-1"}}
        CreateBucket {"Bucket":"here","CreateBucketConfiguration":{"LocationConstraint":"eu-central-1"}}
        "#,
        &expect![[r#"
            CreateBucket {"Bucket":"first"}
              {"Location":"/first","BucketArn":"arn:aws:s3:::first"}
            HeadBucket {"Bucket":"first"}
              {"BucketArn":"arn:aws:s3:::first","BucketRegion":"us-east-1","AccessPointAlias":false}
            GetBucketLocation {"Bucket":"first"}
              {}
            CreateBucket {"Bucket":"west","CreateBucketConfiguration":{"LocationConstraint":"eu-west-1"}}
              {"Location":"/west","BucketArn":"arn:aws:s3:::west"}
            GetBucketLocation {"Bucket":"west"}
              {"LocationConstraint":"eu-west-1"}
            CreateBucket {"Bucket":"old","CreateBucketConfiguration":{"LocationConstraint":"EU"}}
              {"Location":"/old","BucketArn":"arn:aws:s3:::old"}
            GetBucketLocation {"Bucket":"old"}
              {"LocationConstraint":"eu-west-1"}
            CreateBucket {"Bucket":"named","CreateBucketConfiguration":{"LocationConstraint":"us-east-1"}}
              400 InvalidLocationConstraint: The specified location-constraint is not valid {"LocationConstraint":"us-east-1"}
            CreateBucket {"Bucket":"nowhere","CreateBucketConfiguration":{"LocationConstraint":"mars"}}
              400 InvalidLocationConstraint: The specified location-constraint is not valid {"LocationConstraint":"mars"}
            in eu-central-1
            CreateBucket {"Bucket":"here"}
              400 IllegalLocationConstraintException: The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.
            CreateBucket {"Bucket":"here","CreateBucketConfiguration":{"LocationConstraint":"eu-west-1"}}
              400 IllegalLocationConstraintException: The eu-west-1 location constraint is incompatible for the region specific endpoint this request was sent to.
            CreateBucket {"Bucket":"here","CreateBucketConfiguration":{"LocationConstraint":"eu-central-1"}}
              {"Location":"/here","BucketArn":"arn:aws:s3:::here"}
        "#]],
    );
}

#[test]
fn a_name_belongs_to_one_account() {
    check(
        r#"
        CreateBucket {"Bucket":"Bad_Name"}
        CreateBucket {"Bucket":"mine"}
        CreateBucket {"Bucket":"mine"}
        CreateBucket {"Bucket":"west","CreateBucketConfiguration":{"LocationConstraint":"eu-west-1"}}
        CreateBucket {"Bucket":"west","CreateBucketConfiguration":{"LocationConstraint":"eu-west-1"}}
        CreateBucket {"Bucket":"west"}
        in eu-west-1
        CreateBucket {"Bucket":"mine","CreateBucketConfiguration":{"LocationConstraint":"eu-west-1"}}
        in us-east-1
        as 444455556666
        CreateBucket {"Bucket":"mine"}
        HeadBucket {"Bucket":"mine"}
        HeadBucket {"Bucket":"mine","ExpectedBucketOwner":"444455556666"}
        HeadBucket {"Bucket":"mine","ExpectedBucketOwner":"111122223333"}
        HeadBucket {"Bucket":"gone"}
        HeadBucket {"Bucket":"NO"}
        ListBuckets {}
        "#,
        &expect![[r#"
            CreateBucket {"Bucket":"Bad_Name"}
              400 InvalidBucketName: The specified bucket is not valid. {"BucketName":"Bad_Name"}
            CreateBucket {"Bucket":"mine"}
              {"Location":"/mine","BucketArn":"arn:aws:s3:::mine"}
            CreateBucket {"Bucket":"mine"}
              {"Location":"/mine","BucketArn":"arn:aws:s3:::mine"}
            CreateBucket {"Bucket":"west","CreateBucketConfiguration":{"LocationConstraint":"eu-west-1"}}
              {"Location":"/west","BucketArn":"arn:aws:s3:::west"}
            CreateBucket {"Bucket":"west","CreateBucketConfiguration":{"LocationConstraint":"eu-west-1"}}
              409 BucketAlreadyOwnedByYou: Your previous request to create the named bucket succeeded and you already own it. {"BucketName":"west"}
            CreateBucket {"Bucket":"west"}
              409 BucketAlreadyOwnedByYou: Your previous request to create the named bucket succeeded and you already own it. {"BucketName":"west"}
            in eu-west-1
            CreateBucket {"Bucket":"mine","CreateBucketConfiguration":{"LocationConstraint":"eu-west-1"}}
              409 BucketAlreadyOwnedByYou: Your previous request to create the named bucket succeeded and you already own it. {"BucketName":"mine"}
            in us-east-1
            as 444455556666
            CreateBucket {"Bucket":"mine"}
              409 BucketAlreadyExists: The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again. {"BucketName":"mine"}
            HeadBucket {"Bucket":"mine"}
              {"BucketArn":"arn:aws:s3:::mine","BucketRegion":"us-east-1","AccessPointAlias":false} owned by 111122223333
            HeadBucket {"Bucket":"mine","ExpectedBucketOwner":"444455556666"}
              403 AccessDenied: Access Denied
            HeadBucket {"Bucket":"mine","ExpectedBucketOwner":"111122223333"}
              {"BucketArn":"arn:aws:s3:::mine","BucketRegion":"us-east-1","AccessPointAlias":false} owned by 111122223333
            HeadBucket {"Bucket":"gone"}
              404 NoSuchBucket: The specified bucket does not exist {"BucketName":"gone"}
            HeadBucket {"Bucket":"NO"}
              400 InvalidBucketName: The specified bucket is not valid. {"BucketName":"NO"}
            ListBuckets {}
              {"Buckets":[],"Owner":{"ID":"$444455556666"}}
        "#]],
    );
}

#[test]
fn new_buckets_are_closed_and_take_no_acls() {
    check(
        r#"
        CreateBucket {"Bucket":"open","ACL":"public-read"}
        CreateBucket {"Bucket":"open","ACL":"public-read","ObjectOwnership":"ObjectWriter"}
        CreateBucket {"Bucket":"grants","GrantRead":"id=1"}
        CreateBucket {"Bucket":"directory","CreateBucketConfiguration":{"Bucket":{"Type":"Directory"}}}
        CreateBucket {"Bucket":"closed","ACL":"private"}
        GetPublicAccessBlock {"Bucket":"closed"}
        GetBucketOwnershipControls {"Bucket":"closed"}
        GetBucketAcl {"Bucket":"closed"}
        CreateBucket {"Bucket":"locked","ObjectLockEnabledForBucket":true,"ObjectOwnership":"BucketOwnerPreferred","CreateBucketConfiguration":{"LocationConstraint":"eu-west-1","Tags":[{"Key":"team","Value":"audit"}]}}
        GetBucketVersioning {"Bucket":"locked"}
        GetObjectLockConfiguration {"Bucket":"locked"}
        GetBucketOwnershipControls {"Bucket":"locked"}
        GetBucketTagging {"Bucket":"locked"}
        "#,
        &expect![[r#"
            CreateBucket {"Bucket":"open","ACL":"public-read"}
              400 InvalidBucketAclWithObjectOwnership: Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting
            CreateBucket {"Bucket":"open","ACL":"public-read","ObjectOwnership":"ObjectWriter"}
              501 NotImplemented: This endpoint does not implement the ACL public-read.
            CreateBucket {"Bucket":"grants","GrantRead":"id=1"}
              501 NotImplemented: A header you provided implies functionality that is not implemented {"Header":"x-amz-grant-read"}
            CreateBucket {"Bucket":"directory","CreateBucketConfiguration":{"Bucket":{"Type":"Directory"}}}
              501 NotImplemented: This endpoint does not implement directory buckets.
            CreateBucket {"Bucket":"closed","ACL":"private"}
              {"Location":"/closed","BucketArn":"arn:aws:s3:::closed"}
            GetPublicAccessBlock {"Bucket":"closed"}
              {"PublicAccessBlockConfiguration":{"BlockPublicAcls":true,"IgnorePublicAcls":true,"BlockPublicPolicy":true,"RestrictPublicBuckets":true}}
            GetBucketOwnershipControls {"Bucket":"closed"}
              {"OwnershipControls":{"Rules":[{"ObjectOwnership":"BucketOwnerEnforced"}]}}
            GetBucketAcl {"Bucket":"closed"}
              {"Owner":{"ID":"$111122223333"},"Grants":[{"Grantee":{"ID":"$111122223333","Type":"CanonicalUser"},"Permission":"FULL_CONTROL"}]}
            CreateBucket {"Bucket":"locked","ObjectLockEnabledForBucket":true,"ObjectOwnership":"BucketOwnerPreferred","CreateBucketConfiguration":{"LocationConstraint":"eu-west-1","Tags":[{"Key":"team","Value":"audit"}]}}
              {"Location":"/locked","BucketArn":"arn:aws:s3:::locked"}
            GetBucketVersioning {"Bucket":"locked"}
              {"Status":"Enabled"}
            GetObjectLockConfiguration {"Bucket":"locked"}
              {"ObjectLockConfiguration":{"ObjectLockEnabled":"Enabled"}}
            GetBucketOwnershipControls {"Bucket":"locked"}
              {"OwnershipControls":{"Rules":[{"ObjectOwnership":"BucketOwnerPreferred"}]}}
            GetBucketTagging {"Bucket":"locked"}
              {"TagSet":[{"Key":"team","Value":"audit"}]}
        "#]],
    );
}

#[test]
fn buckets_are_listed_in_pages() {
    let mut script = Script::new();
    script.setup(
        r#"
        CreateBucket {"Bucket":"log-b"}
        CreateBucket {"Bucket":"log-a","CreateBucketConfiguration":{"LocationConstraint":"eu-west-1"}}
        CreateBucket {"Bucket":"other"}
        as 444455556666
        CreateBucket {"Bucket":"log-theirs"}
        as 111122223333
        "#,
    );
    script.check(
        r#"
        ListBuckets {}
        ListBuckets {"Prefix":"log-","MaxBuckets":1}
        ListBuckets {"Prefix":"log-","MaxBuckets":1,"ContinuationToken":"$t1"}
        ListBuckets {"MaxBuckets":1,"ContinuationToken":"$t1"}
        ListBuckets {"BucketRegion":"eu-west-1"}
        ListBuckets {"MaxBuckets":0}
        as 444455556666
        ListBuckets {"Prefix":"log-","ContinuationToken":"$t1"}
        "#,
        &expect![[r#"
            ListBuckets {}
              {"Buckets":[{"Name":"log-a","CreationDate":"2026-11-20T08:00:00Z","BucketArn":"arn:aws:s3:::log-a"},{"Name":"log-b","CreationDate":"2026-11-20T08:00:00Z","BucketArn":"arn:aws:s3:::log-b"},{"Name":"other","CreationDate":"2026-11-20T08:00:00Z","BucketArn":"arn:aws:s3:::other"}],"Owner":{"ID":"$111122223333"}}
            ListBuckets {"Prefix":"log-","MaxBuckets":1}
              {"Buckets":[{"Name":"log-a","CreationDate":"2026-11-20T08:00:00Z","BucketRegion":"eu-west-1","BucketArn":"arn:aws:s3:::log-a"}],"Owner":{"ID":"$111122223333"},"ContinuationToken":"$t1","Prefix":"log-"}
            ListBuckets {"Prefix":"log-","MaxBuckets":1,"ContinuationToken":"$t1"}
              {"Buckets":[{"Name":"log-b","CreationDate":"2026-11-20T08:00:00Z","BucketRegion":"us-east-1","BucketArn":"arn:aws:s3:::log-b"}],"Owner":{"ID":"$111122223333"},"Prefix":"log-"}
            ListBuckets {"MaxBuckets":1,"ContinuationToken":"$t1"}
              400 InvalidArgument: The continuation token provided is incorrect {"ArgumentName":"continuation-token","ArgumentValue":"$t1"}
            ListBuckets {"BucketRegion":"eu-west-1"}
              {"Buckets":[{"Name":"log-a","CreationDate":"2026-11-20T08:00:00Z","BucketRegion":"eu-west-1","BucketArn":"arn:aws:s3:::log-a"}],"Owner":{"ID":"$111122223333"}}
            ListBuckets {"MaxBuckets":0}
              400 InvalidArgument: Argument max-buckets must be an integer between 1 and 10000 {"ArgumentName":"max-buckets","ArgumentValue":"0"}
            as 444455556666
            ListBuckets {"Prefix":"log-","ContinuationToken":"$t1"}
              400 InvalidArgument: The continuation token provided is incorrect {"ArgumentName":"continuation-token","ArgumentValue":"$t1"}
        "#]],
    );
}

#[test]
fn a_bucket_goes_when_it_is_empty() {
    check(
        r#"
        CreateBucket {"Bucket":"logs"}
        PutObject {"Bucket":"logs","Key":"k"} <<1
        DeleteBucket {"Bucket":"logs"}
        DeleteObject {"Bucket":"logs","Key":"k"}
        CreateMultipartUpload {"Bucket":"logs","Key":"k"}
        UploadPart {"Bucket":"logs","Key":"k","UploadId":"$u1","PartNumber":1} <<part
        DeleteBucket {"Bucket":"logs"}
        DeleteBucket {"Bucket":"logs"}
        CreateBucket {"Bucket":"kept"}
        PutBucketVersioning {"Bucket":"kept","VersioningConfiguration":{"Status":"Enabled"}}
        DeleteObject {"Bucket":"kept","Key":"k"}
        DeleteBucket {"Bucket":"kept"}
        DeleteObject {"Bucket":"kept","Key":"k","VersionId":"$v1"}
        DeleteBucket {"Bucket":"kept"}
        "#,
        &expect![[r#"
            CreateBucket {"Bucket":"logs"}
              {"Location":"/logs","BucketArn":"arn:aws:s3:::logs"}
            PutObject {"Bucket":"logs","Key":"k"} <<1
              {"ETag":"\"c4ca4238a0b923820dcc509a6f75849b\"","ServerSideEncryption":"AES256","ChecksumCRC32":"g9zvtw==","ChecksumType":"FULL_OBJECT"}
            DeleteBucket {"Bucket":"logs"}
              409 BucketNotEmpty: The bucket you tried to delete is not empty {"BucketName":"logs"}
            DeleteObject {"Bucket":"logs","Key":"k"}
              {}
            CreateMultipartUpload {"Bucket":"logs","Key":"k"}
              {"Bucket":"logs","Key":"k","UploadId":"$u1","ServerSideEncryption":"AES256"}
            UploadPart {"Bucket":"logs","Key":"k","UploadId":"$u1","PartNumber":1} <<part
              {"ServerSideEncryption":"AES256","ETag":"\"f4c9385f1902f7334b00b9b4ecd164de\"","ChecksumCRC32":"SQ9wxg=="}
            DeleteBucket {"Bucket":"logs"}
              {}
            DeleteBucket {"Bucket":"logs"}
              404 NoSuchBucket: The specified bucket does not exist {"BucketName":"logs"}
            CreateBucket {"Bucket":"kept"}
              {"Location":"/kept","BucketArn":"arn:aws:s3:::kept"}
            PutBucketVersioning {"Bucket":"kept","VersioningConfiguration":{"Status":"Enabled"}}
              {}
            DeleteObject {"Bucket":"kept","Key":"k"}
              {"DeleteMarker":true,"VersionId":"$v1"}
            DeleteBucket {"Bucket":"kept"}
              409 BucketNotEmpty: The bucket you tried to delete is not empty. You must delete all versions in the bucket. {"BucketName":"kept"}
            DeleteObject {"Bucket":"kept","Key":"k","VersionId":"$v1"}
              {"DeleteMarker":true,"VersionId":"$v1"}
            DeleteBucket {"Bucket":"kept"}
              {}
        "#]],
    );
}
